//! The facts that a client of the API may rely on, one a line: so that a change that
//! breaks one is seen.

use std::{
    collections::BTreeSet,
    fmt::{self, Display},
};

use serde_json::Value;

/// One fact.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ContractFact {
    /// `GET /v1/albums`.
    pub operation: String,
    /// The kind of fact.
    pub kind: FactKind,
    /// Of what: `body.title: string`.
    pub what: String,
}

/// The kinds of facts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FactKind {
    /// A client must send it. None may be added.
    Demands,
    /// A client may send it. None may go.
    Takes,
    /// A client gets it. None may go.
    Answers,
}

impl Display for ContractFact {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {:?} {}", self.operation, self.kind, self.what)
    }
}

/// The facts of a document.
pub fn facts(document: &Value) -> BTreeSet<ContractFact> {
    let mut facts = ContractFacts { document, operation: String::new(), all: BTreeSet::new() };
    for (path, item) in document["paths"].as_object().into_iter().flatten() {
        for (method, operation) in item.as_object().into_iter().flatten() {
            facts.operation = format!("{} {path}", method.to_uppercase());
            facts.of_operation(operation);
        }
    }
    facts.all
}

/// Returns what of `before` a client can no longer rely on in `now`.
pub fn broken(before: &BTreeSet<String>, now: &BTreeSet<ContractFact>) -> Vec<String> {
    let lines: BTreeSet<_> = now.iter().map(ToString::to_string).collect();
    let mut broken = Vec::new();
    for line in before {
        if !line.contains(" Demands ") && !lines.contains(line) {
            broken.push(format!("gone: {line}"));
        }
    }
    for fact in now {
        let line = fact.to_string();
        if fact.kind == FactKind::Demands && !before.contains(&line) && has(before, fact) {
            broken.push(format!("new: {line}"));
        }
    }
    broken
}

/// Returns true if the place of a fact was there before: its operation, or the object that it is a
/// member of. What an object demands that nobody has to send breaks nobody, if it is new.
fn has(before: &BTreeSet<String>, fact: &ContractFact) -> bool {
    let object = fact.what.rsplit_once('.').map(|(object, _)| object);
    let start = match object.filter(|object| object.contains('.')) {
        Some(object) => format!("{} Takes {object}: ", fact.operation),
        None => format!("{} ", fact.operation),
    };
    before.iter().any(|line| line.starts_with(&start))
}

struct ContractFacts<'a> {
    document: &'a Value,
    operation: String,
    all: BTreeSet<ContractFact>,
}

impl ContractFacts<'_> {
    fn note(&mut self, kind: FactKind, what: String) {
        self.all
            .insert(ContractFact { operation: self.operation.clone(), kind, what });
    }

    fn of_operation(&mut self, operation: &Value) {
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let what = format!("{}.{}", word(&parameter["in"]), word(&parameter["name"]));
            self.note_schema(FactKind::Takes, &what, &parameter["schema"]);
            if parameter["required"] == true {
                self.note(FactKind::Demands, what);
            }
        }
        let body = &operation["requestBody"];
        if body["required"] == true {
            self.note(FactKind::Demands, "body".to_owned());
        }
        self.note_schema(FactKind::Takes, "body", &body["content"]["application/json"]["schema"]);
        for (status, answer) in operation["responses"].as_object().into_iter().flatten() {
            if status.starts_with('2') || status.starts_with('3') {
                self.note(FactKind::Answers, status.clone());
                self.note_schema(
                    FactKind::Answers,
                    status,
                    &answer["content"]["application/json"]["schema"],
                );
            }
        }
    }

    /// Notes the types of a schema and of all that is in it.
    fn note_schema(&mut self, kind: FactKind, at: &str, schema: &Value) {
        let reference = schema["$ref"].as_str().unwrap_or_default();
        if let Some(name) = reference.strip_prefix("#/components/schemas/") {
            let named = &self.document["components"]["schemas"][name];
            return self.note_schema(kind, at, named);
        }
        for word in ["anyOf", "allOf", "oneOf"] {
            for one in items(&schema[word]) {
                self.note_schema(kind, at, one);
            }
        }
        self.note_types(kind, at, &schema["type"]);
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            self.note_schema(kind, &format!("{at}.{name}"), property);
        }
        if kind == FactKind::Takes {
            self.note_limits(at, schema);
        }
        if let Some(item) = schema.get("items") {
            self.note_schema(kind, &format!("{at}[]"), item);
        }
    }

    /// Notes a type, or each of several.
    fn note_types(&mut self, kind: FactKind, at: &str, types: &Value) {
        if let Some(name) = types.as_str() {
            self.note(kind, format!("{at}: {name}"));
        }
        for name in items(types) {
            self.note(kind, format!("{at}: {}", word(name)));
        }
    }

    /// Notes what is demanded of what a client sends, and the values that it may have.
    fn note_limits(&mut self, at: &str, schema: &Value) {
        for value in items(&schema["enum"]) {
            self.note(FactKind::Takes, format!("{at} = {value}"));
        }
        if let Some(value) = schema.get("const") {
            self.note(FactKind::Takes, format!("{at} = {value}"));
        }
        for name in items(&schema["required"]) {
            self.note(FactKind::Demands, format!("{at}.{}", word(name)));
        }
    }
}

/// Returns the items of an array; none of anything else.
fn items(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn word(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn api(body: &Value, answer: &Value) -> Value {
        let json = |schema: &Value| json!({"application/json": {"schema": schema}});
        json!({"paths": {"/v1/albums": {"post": {
            "requestBody": {"required": true, "content": json(body)},
            "responses": {"201": {"content": json(answer)}},
        }}}})
    }

    #[test]
    fn what_breaks_a_client_is_told_from_what_does_not() {
        let text = json!({"type": "string"});
        let body = |required: &[&str], names: &[&str]| {
            let properties: serde_json::Map<_, _> = names
                .iter()
                .map(|n| ((*n).to_owned(), text.clone()))
                .collect();
            json!({"type": "object", "required": required, "properties": properties})
        };
        let before = facts(&api(&body(&["title"], &["title", "about"]), &body(&[], &["id"])));
        let before: BTreeSet<String> = before.iter().map(ToString::to_string).collect();
        let breaks = |taken: &Value, answer: &Value| broken(&before, &facts(&api(taken, answer)));
        let taken = body(&["title"], &["title", "about"]);
        let answer = body(&[], &["id"]);
        assert_eq!(breaks(&taken, &answer), Vec::<String>::new());
        assert_eq!(
            breaks(&body(&[], &["title", "about", "more"]), &body(&[], &["id", "more"])),
            Vec::<String>::new()
        );
        assert_eq!(
            breaks(&body(&["title", "about"], &["title", "about"]), &answer).len(),
            1,
            "a field is demanded"
        );
        assert_eq!(
            breaks(&body(&["title"], &["title"]), &answer).len(),
            1,
            "a field is no longer taken"
        );
        assert_eq!(breaks(&taken, &body(&[], &[])).len(), 1, "a field is no longer answered");
        assert_eq!(
            breaks(&taken, &json!({"type": "array", "items": text})).len(),
            2,
            "another type is answered"
        );
        assert!(!broken(&before, &BTreeSet::new()).is_empty(), "the operation is gone");
    }

    #[test]
    fn what_a_new_object_demands_is_its_own() {
        let object = |required: &[&str], properties: Value| json!({"type": "object", "required": required, "properties": properties});
        let answer = object(&[], json!({}));
        let lines = |body: &Value| {
            let facts = facts(&api(body, &answer));
            facts
                .iter()
                .map(ToString::to_string)
                .collect::<BTreeSet<_>>()
        };
        let within = json!({"id": {"type": "string"}});
        let (loose, strict) = (object(&[], within.clone()), object(&["id"], within));
        let with = |key: &Value, required: &[&str]| object(required, json!({"key": key}));
        let breaks =
            |before: &Value, now: &Value| broken(&lines(before), &facts(&api(now, &answer)));
        let nothing = object(&[], json!({}));
        assert_eq!(breaks(&nothing, &with(&strict, &[])), Vec::<String>::new());
        assert_eq!(breaks(&nothing, &with(&strict, &["key"])).len(), 1, "the object is demanded");
        assert_eq!(breaks(&with(&loose, &[]), &with(&strict, &[])).len(), 1, "it demands more");
    }
}
