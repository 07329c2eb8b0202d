//! YAML with CloudFormation's short tags, as the JSON tree that the long form would have been.
//!
//! `!Ref X` becomes `{"Ref": "X"}`, `!Sub …` becomes `{"Fn::Sub": …}`, `!GetAtt A.B` becomes
//! `{"Fn::GetAtt": ["A", "B"]}`; everything after this module knows one form only.

use saphyr::{LoadableYamlNode, ScalarOwned, YamlOwned};
use serde_json::{Map, Value, json};

/// Parses one document.
///
/// # Errors
/// A sentence with the place where the text stops being YAML, or the key that is not a string.
pub fn parse(text: &str) -> Result<Value, String> {
    let documents = YamlOwned::load_from_str(text).map_err(|error| error.to_string())?;
    match documents.as_slice() {
        [document] => to_json(document),
        [] => Err("the file is empty".into()),
        _ => Err("the file holds more than one document".into()),
    }
}

fn to_json(node: &YamlOwned) -> Result<Value, String> {
    Ok(match node {
        YamlOwned::Value(scalar) => scalar_to_json(scalar),
        YamlOwned::Representation(text, ..) => Value::String(text.clone()),
        YamlOwned::Sequence(items) => items.iter().map(to_json).collect::<Result<_, _>>()?,
        YamlOwned::Mapping(entries) => {
            let mut map = Map::new();
            for (key, value) in entries {
                map.insert(key_text(key)?, to_json(value)?);
            }
            Value::Object(map)
        }
        YamlOwned::Tagged(tag, inner) => tagged(&tag.suffix, &to_json(inner)?)?,
        YamlOwned::Alias(_) | YamlOwned::BadValue => {
            return Err("the file holds a value that cannot be read".into());
        }
    })
}

fn scalar_to_json(scalar: &ScalarOwned) -> Value {
    match scalar {
        ScalarOwned::Null => Value::Null,
        ScalarOwned::Boolean(flag) => json!(flag),
        ScalarOwned::Integer(number) => json!(number),
        ScalarOwned::FloatingPoint(number) => json!(number.into_inner()),
        ScalarOwned::String(text) => json!(text),
    }
}

/// Mapping keys are names; `200:` and `true:` are names too, as CloudFormation reads them.
fn key_text(key: &YamlOwned) -> Result<String, String> {
    match to_json(key)? {
        Value::String(text) => Ok(text),
        Value::Number(number) => Ok(number.to_string()),
        Value::Bool(flag) => Ok(flag.to_string()),
        other => Err(format!("a key must be a name, not {other}")),
    }
}

fn tagged(tag: &str, value: &Value) -> Result<Value, String> {
    match tag {
        "Ref" | "Condition" => Ok(json!({ tag: value })),
        "GetAtt" => match value {
            Value::String(text) => {
                let (resource, attribute) = text
                    .split_once('.')
                    .ok_or_else(|| format!("!GetAtt {text} names no attribute"))?;
                Ok(json!({ "Fn::GetAtt": [resource, attribute] }))
            }
            _ => Ok(json!({ "Fn::GetAtt": value })),
        },
        _ => Ok(json!({ format!("Fn::{tag}"): value })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_tags_become_the_long_form() {
        let text = "
a: !Ref Table
b: !GetAtt Queue.Arn
c: !Sub '${Table}-x'
d: !Join ['-', [a, !Ref Table]]
e: !If [Big, 1, !Ref 'AWS::NoValue']
f: !Sub
  - '${x}'
  - x: !Select [0, [one]]
g: !GetAtt [Queue, Arn]
";
        let expected = json!({
            "a": {"Ref": "Table"},
            "b": {"Fn::GetAtt": ["Queue", "Arn"]},
            "c": {"Fn::Sub": "${Table}-x"},
            "d": {"Fn::Join": ["-", ["a", {"Ref": "Table"}]]},
            "e": {"Fn::If": ["Big", 1, {"Ref": "AWS::NoValue"}]},
            "f": {"Fn::Sub": ["${x}", {"x": {"Fn::Select": [0, ["one"]]}}]},
            "g": {"Fn::GetAtt": ["Queue", "Arn"]},
        });
        assert_eq!(parse(text).unwrap(), expected);
    }

    #[test]
    fn scalars_keep_their_types() {
        let parsed = parse("n: 30\nf: 0.5\nt: true\ns: '30'\nv: 2012-10-17\nz: ~\n404: x").unwrap();
        assert_eq!(
            parsed,
            json!({"n": 30, "f": 0.5, "t": true, "s": "30", "v": "2012-10-17", "z": null, "404": "x"})
        );
    }

    #[test]
    fn broken_text_is_an_error_with_its_place() {
        let error = parse("a: [1, 2").unwrap_err();
        assert!(error.contains("line"), "{error}");
        assert!(parse("a: 1\na: 2").unwrap_err().contains("duplicate"));
    }
}
