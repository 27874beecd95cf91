"""The columns of RUN/loss.csv."""

COLUMNS = ("step", "samples", "seconds", "oracle", "withheld", "likeliest", "completed", "entropy", "psnr_base",
           "psnr_oracle", "psnr_likeliest", "ssim_base", "ssim_likeliest", "drift_base", "drift_likeliest",
           "detail_base", "detail_likeliest", "codes")
