//! Single sign-on, as far as it is the provider's: leading there, and taking its answer.
//!
//! These functions ask a host that somebody else has, and so reach no account and no session. What
//! the provider has proven goes to `complete-single-sign-on` by the browser, sealed.

mod begin_single_sign_on;
mod provider;
mod receive_single_sign_on;

pub use begin_single_sign_on::BeginSingleSignOn;
pub use provider::Provider;
pub use receive_single_sign_on::ReceiveSingleSignOn;
