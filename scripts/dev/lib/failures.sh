# shellcheck shell=bash
# What failed in the last run of the tests, kept apart from their output: that runs to thousands of
# lines, and what reports a run often keeps only its end.

failures=$root/target/failures.txt

forget_failures() { rm -f "$failures"; }

# Adds what failed according to the output of `cargo test`: of each test its name and the first
# lines that it printed.
note_failures() {
  awk '
    /^---- .* stdout ----$/ { left = 20 }
    /^(failures:|test result:.*)$/ { left = 0 }
    left-- > 0 { print substr($0, 1, 300) }
  ' "$1" >>"$failures"
}

