//! Sharing: links that show an album to whoever has them, what their guests do, and invitations to
//! become a member.

mod accept_invitation;
mod answering;
mod card;
mod card_picture;
mod create_invitation;
mod create_share;
mod create_shared_photo;
mod decline_invitation;
mod delete_invitation;
mod delete_share;
mod get_invitation;
mod get_share_page;
mod get_shared_album;
mod get_shared_original;
mod guest;
mod list_invitations;
mod list_my_invitations;
mod list_shared_photos;
mod list_shares;
mod resend_invitation;
mod sending;
mod share_page;
mod unlock_share;

pub use accept_invitation::AcceptInvitation;
pub use answering::Answering;
pub use create_invitation::CreateInvitation;
pub use create_share::CreateShare;
pub use create_shared_photo::CreateSharedPhoto;
pub use decline_invitation::DeclineInvitation;
pub use delete_invitation::DeleteInvitation;
pub use delete_share::DeleteShare;
pub use get_invitation::GetInvitation;
pub use get_share_page::GetSharePage;
pub use get_shared_album::GetSharedAlbum;
pub use get_shared_original::GetSharedOriginal;
pub use list_invitations::ListInvitations;
pub use list_my_invitations::ListMyInvitations;
pub use list_shared_photos::ListSharedPhotos;
pub use list_shares::ListShares;
pub use resend_invitation::ResendInvitation;
pub use sending::Sending;
pub use unlock_share::UnlockShare;
