//! Translates what imaging says of a file into the product's codes.

use imaging::Error;
use shared::domain::FailureCode;

/// Returns the code of what is wrong with the file; `None` when the fault is ours, and another try
/// may help.
pub fn failure_code_of(error: &Error) -> Option<FailureCode> {
    match error {
        Error::Empty => Some(FailureCode::Empty),
        Error::UnsupportedFormat(_) => Some(FailureCode::UnsupportedFormat),
        Error::TooManyPixels { .. } => Some(FailureCode::TooManyPixels),
        Error::TooLargeSide { .. } => Some(FailureCode::TooLargeSide),
        Error::TooManyFrames { .. } => Some(FailureCode::TooManyFrames),
        Error::TooMuchMemory(_) => Some(FailureCode::TooMuchMemory),
        Error::TooComplex(_) => Some(FailureCode::TooComplex),
        Error::Truncated => Some(FailureCode::Truncated),
        Error::Corrupt(_) => Some(FailureCode::Corrupt),
        Error::Encoding(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_fails_with_the_code_that_imaging_gives_it() {
        let errors = [
            Error::Empty,
            Error::UnsupportedFormat("a spreadsheet"),
            Error::TooManyPixels { width: 3, height: 4, limit: 1 },
            Error::TooLargeSide { width: 3, height: 4, limit: 1 },
            Error::TooManyFrames { limit: 1 },
            Error::TooMuchMemory("a gigabyte".to_owned()),
            Error::TooComplex("passes".to_owned()),
            Error::Truncated,
            Error::Corrupt("a marker".to_owned()),
        ];
        for error in errors {
            assert_eq!(failure_code_of(&error).map(FailureCode::word), Some(error.code()));
        }
        assert_eq!(failure_code_of(&Error::Encoding("no memory".to_owned())), None);
    }
}
