"""What `--self-test` and `doctor` look at, a module for each part of an installation; `self_test` joins them."""
