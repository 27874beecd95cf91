"""The learning rate over time."""

from experiments.training.schedule import learning_rate


def test_it_warms_up_peaks_and_anneals() -> None:
    """A rate that ends high leaves the weights rattling; one that starts high breaks weights that are gone on from."""
    rates = [learning_rate(share / 100, 1e-3) for share in range(101)]
    assert rates[0] < 1e-4 and max(rates) <= 1e-3 and rates.index(max(rates)) <= 5 and rates[-1] < 2e-5
    assert rates[5:] == sorted(rates[5:], reverse=True)
