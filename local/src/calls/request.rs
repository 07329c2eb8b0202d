//! Requests of HTTP/1.1 in what a client sends, in whatever pieces it comes.

use std::collections::HashMap;

/// More than any head of AWS's clients. What is longer is none.
const LONGEST_HEAD: usize = 64 << 10;

/// The lines of a request before its body.
#[derive(Debug)]
pub(super) struct Head {
    pub method: String,
    /// As it was sent.
    pub path: String,
    query: HashMap<String, String>,
    /// By names in lower case.
    headers: HashMap<String, String>,
}

impl Head {
    fn parse(bytes: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?;
        let mut lines = text.split("\r\n");
        let mut first = lines.next()?.split(' ');
        let (method, target) = (first.next()?, first.next()?);
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let query = query
            .split('&')
            .map(|pair| pair.split_once('=').unwrap_or((pair, "")));
        let headers = lines.filter_map(|line| line.split_once(':'));
        Some(Self {
            method: method.into(),
            path: path.into(),
            query: query
                .map(|(name, value)| (name.into(), value.into()))
                .collect(),
            headers: headers
                .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().into()))
                .collect(),
        })
    }

    /// A header, or nothing.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    /// Whether the query has this name.
    pub fn asks(&self, name: &str) -> bool {
        self.query.contains_key(name)
    }

    /// The access key that it is signed with, in its header or in its query.
    pub fn caller(&self) -> Option<&str> {
        let header = self
            .header("authorization")
            .split_once("Credential=")
            .map(|(_, credential)| credential);
        let credential =
            header.or_else(|| self.query.get("X-Amz-Credential").map(String::as_str))?;
        credential.split(['/', '%']).next()
    }

    /// Bytes of the body; of one that comes in chunks nobody knows.
    fn length(&self) -> Option<usize> {
        match self.header("content-length") {
            "" if self.header("transfer-encoding").is_empty() => Some(0),
            length => length.parse().ok(),
        }
    }
}

/// What a connection has sent so far that was not yet made use of.
#[derive(Default)]
pub(super) struct Requests {
    buffer: Vec<u8>,
    /// Bytes of a body that nobody looks at.
    skip: usize,
    /// Nothing more can be read here.
    lost: bool,
}

/// A connection cannot be followed any longer.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Lost;

impl Requests {
    /// Takes what has come, and tells of each request that is whole with it; with its body if
    /// `wanted`.
    ///
    /// # Errors
    /// Once, with the head if there is one, when the end of a request cannot be known.
    pub fn take(
        &mut self,
        mut bytes: &[u8],
        wanted: impl Fn(&Head) -> bool,
        mut told: impl FnMut(&Head, &[u8]),
    ) -> Result<(), Lost> {
        while !self.lost {
            let skipped = self.skip.min(bytes.len());
            self.skip -= skipped;
            bytes = &bytes[skipped..];
            self.buffer.extend_from_slice(std::mem::take(&mut bytes));
            let Some(end) = self.buffer.windows(4).position(|four| four == b"\r\n\r\n") else {
                self.lost = self.buffer.len() > LONGEST_HEAD;
                return if self.lost { Err(Lost) } else { Ok(()) };
            };
            let head = Head::parse(&self.buffer[..end]);
            let Some((head, length)) =
                head.and_then(|head| head.length().map(|length| (head, length)))
            else {
                self.lost = true;
                return Err(Lost);
            };
            let (body, sent) = (end + 4, self.buffer.len() - end - 4);
            let whole = wanted(&head);
            if whole && sent < length {
                return Ok(());
            }
            let here = length.min(sent);
            told(&head, if whole { &self.buffer[body..body + here] } else { &[] });
            self.buffer.drain(..body + here);
            self.skip = length - here;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SENT: &str = "POST / HTTP/1.1\r\nX-Amz-Target: A.B\r\nContent-Length: 5\r\n\r\nhello\
        PUT /b/k?partNumber=1&x-id HTTP/1.1\r\ncontent-length: 9\r\n\r\n\r\n\r\n.....\
        GET /b HTTP/1.1\r\nhost: h\r\n\r\n";

    fn told(pieces: usize) -> Vec<(String, String)> {
        let (mut requests, mut all) = (Requests::default(), Vec::new());
        for piece in SENT.as_bytes().chunks(pieces) {
            let wanted = |head: &Head| head.method == "POST";
            let told = |head: &Head, body: &[u8]| {
                all.push((
                    format!("{} {}", head.method, head.path),
                    String::from_utf8_lossy(body).into_owned(),
                ));
            };
            requests.take(piece, wanted, told).expect("requests");
        }
        all
    }

    #[test]
    fn requests_are_found_in_whatever_pieces_they_come() {
        let all = [("POST /", "hello"), ("PUT /b/k", ""), ("GET /b", "")];
        let all = all.map(|(line, body)| (line.to_owned(), body.to_owned()));
        for pieces in 1..=SENT.len() {
            assert_eq!(told(pieces), all, "{pieces} bytes at once");
        }
    }

    #[test]
    fn a_request_whose_end_nobody_knows_is_said_once() {
        let mut requests = Requests::default();
        let chunked =
            b"PUT /b/k HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n";
        let never = |_: &Head, _: &[u8]| panic!("nothing is to be told");
        assert_eq!(requests.take(chunked, |_| false, never), Err(Lost));
        assert_eq!(requests.take(b"GET / HTTP/1.1\r\n\r\n", |_| false, never), Ok(()));
    }

    #[test]
    fn who_signed_is_in_the_header_or_in_the_query() {
        let caller =
            |text: &[u8]| Head::parse(text).and_then(|head| head.caller().map(str::to_owned));
        let signed = b"GET / HTTP/1.1\r\nAuthorization: AWS4-HMAC-SHA256 Credential=GetAlbum/20260714/us-east-1/s3/x, Signature=1";
        assert_eq!(caller(signed).as_deref(), Some("GetAlbum"));
        let presigned =
            b"GET /b/k?x-id=GetObject&X-Amz-Credential=GetOriginal%2F20260714%2Fus-east-1 HTTP/1.1";
        assert_eq!(caller(presigned).as_deref(), Some("GetOriginal"));
        assert_eq!(caller(b"OPTIONS /b/k HTTP/1.1\r\nhost: h"), None);
    }
}
