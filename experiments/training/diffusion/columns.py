"""The columns of RUN/loss.csv."""

COLUMNS = ("step", "samples", "seconds", "velocity", "mean", "psnr_base", "psnr_mean", "psnr_sample", "gradient_base",
           "gradient_mean", "gradient_sample", "ssim_base", "ssim_sample", "drift_base", "drift_sample", "v_loss",
           "mean_loss")
