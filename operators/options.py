"""The options of every operator: the sections of a recipe, validated where they are read."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Share = Annotated[float, Field(ge=0, le=1)]
Positive = Annotated[float, Field(gt=0)]


class Section(BaseModel):
    """Frozen, and strict about names: a misspelt option is an error, not a default."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class IngestOptions(Section):
    max_pixels: int = Field(100_000_000, ge=1, description="pictures above this are refused before they are decoded")


class DetectOptions(Section):
    """Where is overlay? `model: none` uses only the boxes and masks the user hands over."""

    model: str = Field("db_mobilenet_v3_large", description="a docTR detection architecture, or none")
    weights: str = Field("embedded", description="embedded, hub (docTR's pretrained weights), or a .safetensors path")
    size: int = Field(512, ge=128, le=4096, multiple_of=32, description="side of the square letterbox, pixels")
    binarize: Share = Field(0.2, description="probability above which a pixel belongs to text")
    min_confidence: Share = Field(0.821, description="regions below are kept as they are (route: keep)")
    target: Literal["overlay", "all"] = Field("overlay", description="overlay leaves text of the scene alone")
    segmenter: str = Field("embedded", description="overlay segmenter: embedded, none, or a .safetensors path")
    mirrored: bool = Field(True, description="the segmenter also looks at the picture mirrored, and both looks are "
                           "averaged")
    judge: str = Field("embedded", description="the second look at every box: embedded, none, or a .safetensors path")
    repeats: bool = Field(True, description="learn a mark that is tiled over a picture from its own repeats, and "
                          "subtract it")
    precision: Literal["auto", "fp32", "bf16"] = Field("auto", description="auto: bf16 where the CPU computes in it")
    boxes: tuple[tuple[float, float, float, float], ...] = Field(
        (), description="fixed boxes x0, y0, x1, y1; all values <= 1: shares of width and height, otherwise pixels"
    )
    sample_masks: bool = Field(True, description="use key.mask.png members (or the mask column) as regions")


class RefineOptions(Section):
    """Exactly which pixels, and how much of each?"""

    alpha: Literal["soft", "hard"] = "soft"
    matte: Literal["statistics", "learned"] = Field(
        "learned", description="learned: as the segmenter sees it, fitted to the picture; statistics: by colours")
    weights: str = Field("embedded", description="of the overlay segmenter: embedded, or a .safetensors path")
    coverage: Share = Field(0.4, description="how sure the segmenter must be that a pixel is overlay")
    panels: bool = Field(True, description="find plates behind lines of text, and compute back what they let through")
    halos: bool = Field(True, description="find soft shadows and glows of letters, and take them into the hole")
    normalise: bool = Field(True, description="rectify the text plane before measuring and growing")
    growth: Positive = Field(0.15, description="growth of the hole as a share of the stroke width, on a plain ring")
    min_growth: Positive = Field(2.0, description="pixels")
    max_growth: Positive = Field(4.0, description="pixels")
    texture_scale: Share = Field(0.4, description="how much a densely textured ring shrinks the growth")
    feather_sigma: Positive = Field(0.7, description="sigma of the edge blend, pixels; growth stays above it")
    min_agreement: Share = Field(0.25, description="below this, matte and box disagree and the whole box is the hole")
    context: Share = Field(0.35, description="margin around the quad, as a share of its height, seen by the matte")


class RouteOptions(Section):
    """The cheapest path that will survive inspection. Thresholds in pixels and 0..1 of full scale."""

    unblend_max_alpha: Share = Field(0.8, description="translucent below: invert the blend")
    flat_sigma: Positive = Field(0.02, description="ring quieter than this: harmonic fill alone")
    flat_edges: Share = Field(0.1, description="and no more of its rim than this crossed by edges")
    max_share: Share = Field(0.2, description="a detected region whose hole takes more of the picture is left alone")
    prior_max_area: int = Field(1_000_000_000, ge=0, description="hole pixels up to which the fast prior serves; of "
                                "the embedded generators it is the better one at any size")
    prior_min_confidence: Share = Field(0.0, description="confidence from which the fast prior serves")
    prior_max_texture: Positive = Field(1.0, description="ring texture up to which the fast prior serves")


class FillOptions(Section):
    """Generators: harmonic (the base alone), embedded, a folder as diffusers saves it, or a name on the hub."""

    prior: str = Field("embedded", min_length=1, description="generator behind route prior: harmonic, embedded, a "
                       "folder, or the name of a hub model (aMUSEd)")
    diffusion: str = Field("embedded", min_length=1, description="generator behind route diffusion: harmonic, "
                           "embedded, a folder, or the name of a hub model (Stable Diffusion, SDXL, Flux Fill)")
    device: Literal["auto", "cpu", "cuda"] = Field("auto", description="of the generators. auto: in a pool what its "
                                                   "gpus say, elsewhere a GPU where torch sees one; cuda without a GPU "
                                                   "is an error")
    candidates: int = Field(1, ge=1, le=64, description="fillings of which the best is kept")
    temperature: float = Field(0.0, ge=0, le=2, description="of the first candidate, 0 is the likeliest; others take 1")
    micro_batch: int = Field(16, ge=1, le=1024, description="views of one call; halved where memory runs out")
    chunks: int = Field(4, ge=4, le=8, description="passes in which the embedded prior decodes a view")
    diffusion_steps: int = Field(8, ge=1, le=1000, description="denoising steps of the diffusion generator")
    prompt: str = Field("", description="of hub models: what the fillings should show")
    negative_prompt: str = Field("", description="of hub models: what they should not show")
    guidance: float | None = Field(None, ge=0, description="of hub models: how closely the prompt is followed; null "
                                   "is the model's own")
    hub_side: int = Field(512, ge=64, le=2048, multiple_of=8, description="side of a hub model's views, pixels")
    hub_dtype: Literal["float32", "bfloat16", "float16"] = Field("float32", description="number format of hub models")
    upscaler: str = Field("lanczos", min_length=1, description="what brings back the detail of large holes: lanczos "
                          "(with detail from around them), or an upscaling model's folder or hub name")
    rectify: bool = Field(False, description="generators see strokes of slanted text in its own plane; with a prior "
                          "it cost 0.07 dB in the hole")
    grain: bool = Field(True, description="give fillings the grain of what surrounds them")
    cycles: int = Field(4, ge=1, le=50, description="multigrid V-cycles of the harmonic fill")
    tile_margin: int = Field(24, ge=4, description="context around the holes of a tile, pixels")
    tile_merge: int = Field(16, ge=0, description="holes nearer than this share a tile, pixels")
    tile_side: int = Field(512, ge=256, description="longest side of a tile, pixels; larger holes are cut with overlap")
    max_ghost: Share = Field(0.3, description="un-blended results that correlate more with their alpha are filled")
    max_shift: Share = Field(0.08, description="un-blended results farther from the tone around them are filled")


class VerifyOptions(Section):
    """Would anybody notice? The verifier looks at every filling as it will be written."""

    weights: str = Field("embedded", description="of the seam verifier: embedded, none, or a folder of weights")
    max_risk: Share = Field(0.6, description="fillings above this probability of being noticed fail")
    gate: bool = Field(True, description="what the verifier rejects of flat and prior goes on to diffusion; the better "
                       "of both is kept")
    max_doubt: Share = Field(0.15, description="pictures in which something kept looks more like overlay than this are "
                             "for review")
    rounds: int = Field(0, ge=0, le=4, description="of remedies for a filling that fails; 0: none")


class ComposeOptions(Section):
    format: Literal["source", "png"] = Field("source", description="png gives pixel exactness for JPEG sources")
    on_fail: Literal["review", "keep_original", "fail"] = Field(
        "review", description="what becomes of a picture with a filling that the verifier rejects in the end: review "
        "writes the best one and puts it on the worklist, keep_original leaves the picture as it was, fail gives none; "
        "after an error both others keep the original")
    hole_png: bool = Field(False, description="also write which pixels are synthetic (key.hole.png)")
