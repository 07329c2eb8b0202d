//! Descriptions in the OpenAPI document are doc comments: a paragraph is one line there, however
//! its source is wrapped.

use serde_json::Value;

/// Joins the lines of each paragraph of every description in this part of the document.
pub fn join_lines(value: &mut Value) {
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                match member {
                    Value::String(text) if name == "description" => *text = joined(text),
                    member => join_lines(member),
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(join_lines),
        _ => {}
    }
}

fn joined(text: &str) -> String {
    let paragraphs = text.split("\n\n");
    let lines: Vec<_> = paragraphs
        .map(|paragraph| paragraph.replace('\n', " "))
        .collect();
    lines.join("\n\n")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_paragraph_is_one_line_and_paragraphs_stay_apart() {
        let mut value = json!([{"description": "One\ntwo.\n\nThree.", "example": "a\nb"}]);
        join_lines(&mut value);
        assert_eq!(value, json!([{"description": "One two.\n\nThree.", "example": "a\nb"}]));
    }
}
