//! The object of an original: which upload of which photo it is.

use uuid::Uuid;

use super::{Folder, PhotoId};

/// One upload of one photo: names its object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Original {
    /// The folder of its owner's objects.
    pub folder: Folder,
    /// The photo.
    pub photo: PhotoId,
    /// The upload that brought it, counted from 0.
    pub attempt: u32,
}

impl Original {
    /// The object's key.
    pub fn key(&self) -> String {
        format!("originals/{}/{}/{}", self.folder, self.photo.uuid().simple(), self.attempt)
    }

    /// The upload that an object's key names; `None` for a key that is not one of ours.
    pub fn of_key(key: &str) -> Option<Self> {
        let mut parts = key.strip_prefix("originals/")?.split('/');
        let mut next = || parts.next();
        let folder = next()?.parse().ok()?;
        let photo = PhotoId::from_uuid(Uuid::try_parse(next()?).ok()?);
        let original = Self { folder, photo, attempt: next()?.parse().ok()? };
        (original.key() == key).then_some(original)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Shard;

    #[test]
    fn a_key_names_its_upload() {
        let shard = Shard::random();
        let original =
            Original { folder: Folder::random(), photo: PhotoId::new(shard), attempt: 3 };
        assert_eq!(Original::of_key(&original.key()), Some(original));
        for other in ["", "originals/a/b/1", &format!("{}/x", original.key()), &original.key()[1..]]
        {
            assert_eq!(Original::of_key(other), None, "{other}");
        }
    }
}
