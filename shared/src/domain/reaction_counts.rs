//! Counts of comments on a photo and of people whose favourite it is.

/// Numbers that the viewers of one album know of a photo.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ReactionCounts {
    /// Number of comments that it has there.
    pub comments: u32,
    /// Number of them that it is a favourite of.
    pub favourites: u32,
}

impl ReactionCounts {
    /// Returns what a viewer of all these albums knows. Of favourites the most of one album: who
    /// marked the photo may be a member of several.
    pub fn in_all<'a>(albums: impl Iterator<Item = &'a Self>) -> Self {
        albums.fold(Self::default(), |known, said| Self {
            comments: known.comments.saturating_add(said.comments),
            favourites: known.favourites.max(said.favourites),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_viewer_of_two_albums_knows_of_the_comments_in_both() {
        let (work, family) = (
            ReactionCounts { comments: 2, favourites: 1 },
            ReactionCounts { comments: 3, favourites: 4 },
        );
        assert_eq!(
            ReactionCounts::in_all([&work, &family].into_iter()),
            ReactionCounts { comments: 5, favourites: 4 }
        );
        assert_eq!(ReactionCounts::in_all(std::iter::empty()), ReactionCounts::default());
    }
}
