//! Requests of HTTP/1.1 in the bytes of a client, in whatever pieces they come.

use std::collections::HashMap;

/// The longest head of a request, in bytes: more than any of AWS's clients.
const LONGEST_HEAD: usize = 64 << 10;

/// The end of a head.
const EMPTY_LINE: &[u8] = b"\r\n\r\n";

/// The lines of a request before its body.
#[derive(Debug)]
pub(super) struct RequestHead {
    pub method: String,
    /// As it was sent.
    pub path: String,
    query: HashMap<String, String>,
    /// By names in lower case.
    headers: HashMap<String, String>,
}

impl RequestHead {
    fn parse(bytes: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?;
        let mut lines = text.split("\r\n");
        let mut request_line = lines.next()?.split(' ');
        let method = request_line.next()?;
        let target = request_line.next()?;
        let (path, query_text) = target.split_once('?').unwrap_or((target, ""));
        let mut query = HashMap::new();
        for pair in query_text.split('&') {
            let (name, value) = pair.split_once('=').unwrap_or((pair, ""));
            query.insert(name.to_owned(), value.to_owned());
        }
        let mut headers = HashMap::new();
        for line in lines {
            if let Some((name, value)) = line.split_once(':') {
                headers.insert(name.to_ascii_lowercase(), value.trim().to_owned());
            }
        }
        Some(Self { method: method.into(), path: path.into(), query, headers })
    }

    /// Returns a header, empty if there is none.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    /// Returns whether the query has a parameter of this name.
    pub fn has_parameter(&self, name: &str) -> bool {
        self.query.contains_key(name)
    }

    /// Returns the access key that it is signed with, in its header or in its query.
    pub fn caller(&self) -> Option<&str> {
        let credential = match self.header("authorization").split_once("Credential=") {
            Some((_, credential)) => credential,
            None => self.query.get("X-Amz-Credential")?,
        };
        credential.split(['/', '%']).next()
    }

    /// Returns the bytes of the body; `None` of one that comes in chunks.
    fn content_length(&self) -> Option<usize> {
        let header = self.header("content-length");
        if header.is_empty() && self.header("transfer-encoding").is_empty() {
            return Some(0);
        }
        header.parse().ok()
    }
}

/// The parser of one connection: it holds the bytes that are not parsed yet.
#[derive(Default)]
pub(super) struct RequestParser {
    buffer: Vec<u8>,
    /// Bytes still to come of a body that is not needed.
    skip: usize,
    /// No more requests can be found here.
    lost: bool,
}

/// The end of a request cannot be found, so the connection cannot be followed any longer.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Unreadable;

impl RequestParser {
    /// Takes the next bytes, and calls `on_request` for each request that is complete with them;
    /// with its body if `needs_body`, else with an empty one.
    ///
    /// # Errors
    /// Once, when the end of a request cannot be found.
    pub fn parse(
        &mut self,
        bytes: &[u8],
        needs_body: impl Fn(&RequestHead) -> bool,
        mut on_request: impl FnMut(&RequestHead, &[u8]),
    ) -> Result<(), Unreadable> {
        if self.lost {
            return Ok(());
        }
        let skipped = self.skip.min(bytes.len());
        self.skip -= skipped;
        self.buffer.extend_from_slice(&bytes[skipped..]);
        while let Some((head, length, body_start)) = self.next_head()? {
            let received = self.buffer.len() - body_start;
            let is_needed = needs_body(&head);
            if is_needed && received < length {
                return Ok(());
            }
            let body_end = body_start + length.min(received);
            let body = if is_needed { &self.buffer[body_start..body_end] } else { &[] };
            on_request(&head, body);
            self.skip = body_start + length - body_end;
            self.buffer.drain(..body_end);
        }
        Ok(())
    }

    /// Returns the head in the buffer if it is complete, the length of its body, and the place in
    /// the buffer where the body begins.
    fn next_head(&mut self) -> Result<Option<(RequestHead, usize, usize)>, Unreadable> {
        let mut windows = self.buffer.windows(EMPTY_LINE.len());
        let Some(end) = windows.position(|window| window == EMPTY_LINE) else {
            if self.buffer.len() <= LONGEST_HEAD {
                return Ok(None);
            }
            self.lost = true;
            return Err(Unreadable);
        };
        if let Some(head) = RequestHead::parse(&self.buffer[..end])
            && let Some(length) = head.content_length()
        {
            return Ok(Some((head, length, end + EMPTY_LINE.len())));
        }
        self.lost = true;
        Err(Unreadable)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SENT: &str = "POST / HTTP/1.1\r\nX-Amz-Target: A.B\r\nContent-Length: 5\r\n\r\nhello\
        PUT /b/k?partNumber=1&x-id HTTP/1.1\r\ncontent-length: 9\r\n\r\n\r\n\r\n.....\
        GET /b HTTP/1.1\r\nhost: h\r\n\r\n";

    /// Parses what was sent in pieces of this size: each request's first line and body.
    fn parsed_in_pieces(size: usize) -> Vec<(String, String)> {
        let mut parser = RequestParser::default();
        let mut requests = Vec::new();
        for piece in SENT.as_bytes().chunks(size) {
            let on_request = |head: &RequestHead, body: &[u8]| {
                let line = format!("{} {}", head.method, head.path);
                requests.push((line, String::from_utf8_lossy(body).into_owned()));
            };
            parser
                .parse(piece, |head| head.method == "POST", on_request)
                .expect("requests");
        }
        requests
    }

    #[test]
    fn requests_are_found_in_whatever_pieces_they_come() {
        let expected = [("POST /", "hello"), ("PUT /b/k", ""), ("GET /b", "")]
            .map(|(line, body)| (line.to_owned(), body.to_owned()));
        for size in 1..=SENT.len() {
            assert_eq!(parsed_in_pieces(size), expected, "{size} bytes at once");
        }
    }

    #[test]
    fn a_request_without_a_known_end_is_reported_once() {
        let mut parser = RequestParser::default();
        let chunked =
            b"PUT /b/k HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
        let never = |_: &RequestHead, _: &[u8]| panic!("there is no request");
        assert_eq!(parser.parse(chunked, |_| false, never), Err(Unreadable));
        assert_eq!(parser.parse(b"GET / HTTP/1.1\r\n\r\n", |_| false, never), Ok(()));
    }

    #[test]
    fn the_caller_is_in_the_header_or_in_the_query() {
        let caller = |text: &[u8]| {
            let head = RequestHead::parse(text).expect("a head");
            head.caller().map(str::to_owned)
        };
        let signed = b"GET / HTTP/1.1\r\nAuthorization: AWS4-HMAC-SHA256 \
            Credential=GetAlbum/20260714/us-east-1/s3/x, Signature=1";
        assert_eq!(caller(signed).as_deref(), Some("GetAlbum"));
        let presigned = b"GET /b/k?x-id=GetObject\
            &X-Amz-Credential=GetOriginal%2F20260714%2Fus-east-1 HTTP/1.1";
        assert_eq!(caller(presigned).as_deref(), Some("GetOriginal"));
        assert_eq!(caller(b"OPTIONS /b/k HTTP/1.1\r\nhost: h"), None);
    }
}
