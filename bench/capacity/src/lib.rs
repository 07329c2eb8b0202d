//! The inputs of the models of capacity and cost: the costs of a request, the prices of AWS,
//! the stages of the parameter `Scale`, and the number of requests of a month. `simulate` reads the
//! same.

#[expect(missing_docs, reason = "fields are the keys of the files, which say what each is")]
pub mod inputs;
pub mod load;
pub mod stage;
