//! OpenAPI links: where the ids in an answer lead, made of the document's own examples. A program
//! can walk from what it has made to all that can be done with it, and so do the tests.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::openapi::path_parameters;

/// Pointers at which an answer may have the id of what it made.
const PLACES: [&str; 3] = ["/id", "/photo/id", "/upload/id"];

/// Gives every answer that has made something its links.
pub fn link(document: &mut Value) {
    let targets = targets(document);
    for (path, item) in document["paths"].as_object_mut().into_iter().flatten() {
        for operation in item
            .as_object_mut()
            .into_iter()
            .flat_map(|item| item.values_mut())
        {
            let Some(made) = operation["responses"].get_mut("201") else { continue };
            let links = links(path, &made["content"]["application/json"]["example"], &targets);
            if !links.is_empty() {
                made["links"] = Value::Object(links);
            }
        }
    }
}

/// The operations with parameters in their paths, and these.
fn targets(document: &Value) -> BTreeMap<String, BTreeSet<String>> {
    let paths = document["paths"].as_object().into_iter().flatten();
    paths
        .flat_map(|(path, item)| {
            let parameters: BTreeSet<_> = path_parameters(path).map(str::to_owned).collect();
            let operations = item.as_object().into_iter().flat_map(|item| item.values());
            operations.map(move |operation| (word(&operation["operationId"]), parameters.clone()))
        })
        .filter(|(_, parameters)| !parameters.is_empty())
        .collect()
}

/// From an answer of this path, to each operation that takes a made id, and no other that is not
/// in the path already.
fn links(
    path: &str,
    example: &Value,
    targets: &BTreeMap<String, BTreeSet<String>>,
) -> Map<String, Value> {
    let ids = PLACES.iter().filter_map(|place| {
        let (kind, _) = example.pointer(place)?.as_str()?.split_once('_')?;
        Some((kind.to_owned(), format!("$response.body#{place}")))
    });
    // A secret that a path takes comes with that path.
    let secret = example["path"]
        .as_str()
        .map(|_| ("token".to_owned(), "$response.body#/token".to_owned()));
    let made: BTreeMap<_, _> = ids.chain(secret).collect();
    let given =
        path_parameters(path).map(|name| (name.to_owned(), format!("$request.path.{name}")));
    let known: BTreeMap<_, _> = given.chain(made.clone()).collect();
    let leads = |parameters: &BTreeSet<String>| {
        parameters.iter().all(|name| known.contains_key(name))
            && parameters.iter().any(|name| made.contains_key(name))
    };
    let reached = targets.iter().filter(|(_, parameters)| leads(parameters));
    reached
        .map(|(operation, parameters)| {
            let values: BTreeMap<_, _> =
                parameters.iter().map(|name| (name, &known[name])).collect();
            (operation.clone(), json!({"operationId": operation, "parameters": values}))
        })
        .collect()
}

fn word(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn operation(id: &str) -> Value {
        json!({"operationId": id, "responses": {"200": {}}})
    }

    #[test]
    fn what_is_made_leads_to_all_that_takes_its_id() {
        let made =
            json!({"content": {"application/json": {"example": {"photo": {"id": "photo_1"}}}}});
        let mut document = json!({"paths": {
            "/albums/{album}/photos": {"post": {"operationId": "createPhoto", "responses": {"201": made}}},
            "/photos/{photo}": {"get": operation("getPhoto")},
            "/albums/{album}/photos/{photo}": {"put": operation("addPhoto")},
            "/albums/{album}": {"get": operation("getAlbum")},
            "/photos/{photo}/tags/{tag}": {"put": operation("putTag")},
        }});
        link(&mut document);
        let links =
            &document["paths"]["/albums/{album}/photos"]["post"]["responses"]["201"]["links"];
        assert_eq!(
            *links,
            json!({
                "addPhoto": {"operationId": "addPhoto", "parameters": {
                    "album": "$request.path.album", "photo": "$response.body#/photo/id",
                }},
                "getPhoto": {"operationId": "getPhoto", "parameters": {"photo": "$response.body#/photo/id"}},
            })
        );
    }
}
