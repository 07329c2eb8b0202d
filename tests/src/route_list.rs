//! `docs/routes.md`: every route in a line, made of what it says of itself.

use crate::routes::every_route;

const HEAD: &str = "\
# Routes

Every route in a line, made of the code by `./dev openapi`. [openapi.json](openapi.json) has what \
each takes and answers, `/reference.html` of a running system shows it, and \
[adding-a-route.md](adding-a-route.md) says how one more is made. A route is in the module \
`functions/<heading>/src/<name>.rs`.";

/// Returns the page, in Markdown.
pub fn page() -> String {
    let mut lines = vec![HEAD.to_owned()];
    let mut heading = "";
    for route in every_route() {
        if route.resource != heading {
            heading = route.resource;
            lines.push(format!("\n## {heading}\n"));
            lines.push("| route | function | what it does |\n|---|---|---|".to_owned());
        }
        let place = route.spec.name();
        let name = route.name;
        lines.push(format!("| `{place}` | `{name}` | {} |", route.doc.summary));
    }
    lines.join("\n") + "\n"
}
