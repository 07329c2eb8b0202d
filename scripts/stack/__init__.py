"""What `./dev test` and `./dev diff-stages` know of the AWS stack: every stage, rendered."""
