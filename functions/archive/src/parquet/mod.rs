//! Rows of activity as Parquet: the columns of the warehouse's table.

mod reader;
mod rows;
mod slice;
#[cfg(test)]
mod tests;
mod writer;

use std::sync::{Arc, LazyLock};

use parquet::schema::{parser::parse_message_type, types::TypePtr};
use shared::error::Error;

pub use reader::FileReader;
pub use writer::FileWriter;

/// The columns, in the warehouse's order.
static SCHEMA: LazyLock<Result<TypePtr, String>> = LazyLock::new(|| {
    let schema = "message activity {
        REQUIRED BYTE_ARRAY id (STRING);
        REQUIRED INT64 at (TIMESTAMP(MICROS,false));
        REQUIRED BYTE_ARRAY owner_id (STRING);
        OPTIONAL BYTE_ARRAY actor_id (STRING);
        REQUIRED BYTE_ARRAY action (STRING);
        REQUIRED BYTE_ARRAY subject_kind (STRING);
        REQUIRED BYTE_ARRAY subject_id (STRING);
        REQUIRED BYTE_ARRAY context (STRING);
        REQUIRED BYTE_ARRAY job (STRING);
    }";
    match parse_message_type(schema) {
        Ok(schema) => Ok(Arc::new(schema)),
        Err(error) => Err(error.to_string()),
    }
});

fn schema() -> shared::Result<TypePtr> {
    SCHEMA.clone().map_err(Error::internal)
}
