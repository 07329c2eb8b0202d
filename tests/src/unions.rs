//! Unions of the OpenAPI document, in the words that generators of clients read: a list of words is
//! an `enum`, and what is one of several objects says which by a property.

use serde_json::{Map, Value, json};

const DEFINITIONS: &str = "#/components/schemas/";

/// Writes every union of the document so.
pub fn spell_out(document: &mut Value) {
    list_words(document);
    for union in unions(document) {
        name_variants(document, &union);
    }
}

/// Makes an `enum` of each `oneOf` whose variants are single words. What each means stands beside,
/// in the same order.
fn list_words(value: &mut Value) {
    if let Some(words) = words(value) {
        let (values, meanings): (Vec<_>, Vec<_>) = words.into_iter().unzip();
        let schema = value.as_object_mut().expect("what has words is an object");
        schema.remove("oneOf");
        schema.insert("type".to_owned(), json!("string"));
        schema.insert("enum".to_owned(), json!(values));
        if meanings.iter().any(|meaning| !meaning.is_empty()) {
            schema.insert("x-enum-descriptions".to_owned(), json!(meanings));
        }
    }
    match value {
        Value::Object(map) => map.values_mut().for_each(list_words),
        Value::Array(items) => items.iter_mut().for_each(list_words),
        _ => {}
    }
}

/// The words that a union is made of, each with what it means.
fn words(schema: &Value) -> Option<Vec<(String, String)>> {
    let mut words = Vec::new();
    for variant in schema["oneOf"].as_array()? {
        let meaning = variant["description"].as_str().unwrap_or_default();
        // Words that nobody has described stand together in one variant.
        let together = variant["enum"].as_array().map_or(&[][..], Vec::as_slice);
        let values: Vec<_> = variant.get("const").into_iter().chain(together).collect();
        if values.is_empty() {
            return None;
        }
        for value in values {
            words.push((value.as_str()?.to_owned(), meaning.to_owned()));
        }
    }
    Some(words)
}

/// A union of objects that have a property with another word in each.
struct Union {
    name: String,
    property: String,
    words: Vec<String>,
}

fn unions(document: &Value) -> Vec<Union> {
    let schemas = document["components"]["schemas"]
        .as_object()
        .into_iter()
        .flatten();
    schemas
        .filter_map(|(name, schema)| {
            let variants = schema["oneOf"].as_array()?;
            let property = variants.first()?["properties"]
                .as_object()?
                .iter()
                .find(|(_, of)| of.get("const").is_some())?
                .0;
            let word = |variant: &Value| {
                Some(
                    variant["properties"][property]["const"]
                        .as_str()?
                        .to_owned(),
                )
            };
            let words = variants.iter().map(word).collect::<Option<_>>()?;
            Some(Union { name: name.clone(), property: property.clone(), words })
        })
        .collect()
}

/// Gives each variant a name, and all that the union says of every variant.
fn name_variants(document: &mut Value, union: &Union) {
    let schemas = &mut document["components"]["schemas"];
    let whole = schemas[&union.name].take();
    let variants = whole["oneOf"].as_array().cloned().unwrap_or_default();
    let mut references = Vec::new();
    let mut mapping = Map::new();
    for (word, variant) in union.words.iter().zip(variants) {
        let name = format!("{}{}", union.name, capitalised(word));
        references.push(json!({"$ref": format!("{DEFINITIONS}{name}")}));
        mapping.insert(word.clone(), json!(format!("{DEFINITIONS}{name}")));
        schemas[name] = with_common(whole_variant(variant, schemas), &whole);
    }
    let mut named = json!({
        "oneOf": references, "discriminator": {"propertyName": union.property, "mapping": mapping},
    });
    if let Some(description) = whole.get("description") {
        named["description"] = description.clone();
    }
    schemas[&union.name] = named;
}

/// A variant that stands for itself. What is said beside a reference, generators leave out.
fn whole_variant(variant: Value, schemas: &Value) -> Value {
    let reference = variant["$ref"]
        .as_str()
        .and_then(|name| name.strip_prefix(DEFINITIONS));
    let Some(referred) = reference.map(|name| schemas[name].clone()) else { return variant };
    let mut whole = with_common(referred, &variant);
    if let Some(description) = variant.get("description") {
        whole["description"] = description.clone();
    }
    whole
}

/// A variant with the properties that stand beside the union.
fn with_common(mut variant: Value, whole: &Value) -> Value {
    for (name, property) in whole["properties"].as_object().into_iter().flatten() {
        variant["properties"][name] = property.clone();
    }
    let common = whole["required"].as_array().into_iter().flatten();
    if let Some(required) = variant["required"].as_array_mut() {
        required.extend(common.cloned());
    }
    variant
}

/// `in_parts` as `InParts`.
fn capitalised(word: &str) -> String {
    let mut name = String::new();
    for part in word.split('_') {
        let (first, rest) = part.split_at(1);
        name.push_str(&first.to_uppercase());
        name.push_str(rest);
    }
    name
}

/// Returns the unions that a generated client could only guess at: its variants tried one after the
/// other.
pub fn guessed(document: &Value) -> Vec<String> {
    let mut found = Vec::new();
    look(document, document, "", &mut found);
    found
}

fn look(document: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
    for word in ["oneOf", "anyOf"] {
        let variants = value[word].as_array().map_or(&[][..], Vec::as_slice);
        let objects = variants
            .iter()
            .filter(|variant| is_object(document, variant))
            .count();
        let bare = variants
            .iter()
            .any(|variant| variant.get("const").is_some() || lacks_type(variant));
        let beside = variants
            .iter()
            .any(|variant| has_more_than_a_reference(document, variant));
        if bare || beside || (objects > 1 && value.get("discriminator").is_none()) {
            found.push(format!("{at}/{word}"));
        }
    }
    match value {
        Value::Object(map) => {
            for (name, inner) in map.iter().filter(|(name, _)| !name.starts_with("example")) {
                look(document, inner, &format!("{at}/{name}"), found);
            }
        }
        Value::Array(items) => {
            for (index, inner) in items.iter().enumerate() {
                look(document, inner, &format!("{at}/{index}"), found);
            }
        }
        _ => {}
    }
}

fn is_object(document: &Value, schema: &Value) -> bool {
    match schema["$ref"]
        .as_str()
        .and_then(|name| name.strip_prefix(DEFINITIONS))
    {
        Some(name) => is_object(document, &document["components"]["schemas"][name]),
        None => schema["type"] == "object" || schema.get("oneOf").is_some(),
    }
}

/// Returns whether a variant, or what it refers to, has properties beside a reference.
fn has_more_than_a_reference(document: &Value, variant: &Value) -> bool {
    let Some(name) = variant["$ref"]
        .as_str()
        .and_then(|name| name.strip_prefix(DEFINITIONS))
    else {
        return false;
    };
    let referred = &document["components"]["schemas"][name];
    let is_mixed =
        |schema: &Value| schema.get("$ref").is_some() && schema.get("properties").is_some();
    is_mixed(variant) || is_mixed(referred)
}

fn lacks_type(schema: &Value) -> bool {
    ["type", "$ref", "oneOf", "anyOf"]
        .iter()
        .all(|word| schema.get(*word).is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_listed_with_what_they_mean() {
        let mut schema = json!({"anyOf": [
            {"oneOf": [
                {"type": "string", "const": "a", "description": "First."},
                {"type": "string", "enum": ["b", "c"]},
            ]},
            {"type": "null"},
        ]});
        spell_out(&mut schema);
        let words = json!({
            "type": "string", "enum": ["a", "b", "c"], "x-enum-descriptions": ["First.", "", ""],
        });
        assert_eq!(schema, json!({"anyOf": [words, {"type": "null"}]}));
        assert_eq!(guessed(&schema), Vec::<String>::new());
    }

    #[test]
    fn variants_have_names_and_say_which_they_are() {
        let variant = |word: &str| {
            let properties = json!({"kind": {"type": "string", "const": word}});
            json!({"type": "object", "properties": properties, "required": ["kind"]})
        };
        let gone = json!({
            "oneOf": [variant("photo"), variant("in_parts")], "description": "Gone.",
            "properties": {"at": {"type": "string"}}, "required": ["at"],
        });
        let mut document = json!({"components": {"schemas": {"Gone": gone}}});
        assert_eq!(guessed(&document), ["/components/schemas/Gone/oneOf"]);
        spell_out(&mut document);
        let schemas = &document["components"]["schemas"];
        let names = [format!("{DEFINITIONS}GonePhoto"), format!("{DEFINITIONS}GoneInParts")];
        assert_eq!(schemas["Gone"]["oneOf"], json!([{"$ref": names[0]}, {"$ref": names[1]}]));
        let mapping = json!({"photo": names[0], "in_parts": names[1]});
        assert_eq!(
            schemas["Gone"]["discriminator"],
            json!({"propertyName": "kind", "mapping": mapping})
        );
        assert_eq!(schemas["GonePhoto"]["required"], json!(["kind", "at"]));
        assert_eq!(schemas["GonePhoto"]["properties"]["at"], json!({"type": "string"}));
        assert_eq!(guessed(&document), Vec::<String>::new());
    }

    #[test]
    fn a_variant_that_refers_to_another_schema_has_its_properties() {
        let upload = json!({
            "type": "object", "properties": {"url": {"type": "string"}}, "required": ["url"],
        });
        let variant = |word: &str| {
            let properties = json!({"kind": {"type": "string", "const": word}});
            json!({
                "$ref": format!("{DEFINITIONS}Upload"), "properties": properties,
                "required": ["kind"],
            })
        };
        let sending = json!({"oneOf": [variant("whole"), variant("in_parts")]});
        let mut document =
            json!({"components": {"schemas": {"Upload": upload, "Sending": sending}}});
        spell_out(&mut document);
        let whole = &document["components"]["schemas"]["SendingWhole"];
        assert_eq!(whole["required"], json!(["url", "kind"]));
        assert_eq!(whole["properties"]["kind"]["const"], "whole");
        assert_eq!(whole["properties"]["url"], json!({"type": "string"}));
        assert!(whole.get("$ref").is_none(), "{whole}");
        assert_eq!(guessed(&document), Vec::<String>::new());
    }
}
