//! The API as a whole: what is true of every route, held against the document that is made of them.

mod authorisation;
mod clients;
mod contract;
mod readme;
mod schemathesis;
