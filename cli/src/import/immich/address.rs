//! The addresses to which a key of Immich may be sent.

use std::net::IpAddr;

use reqwest::Url;

use crate::failure::{Failure, Result};

/// Returns the origin of an address: with TLS, or without it in a network of one's own, where most
/// have their Immich.
///
/// # Errors
/// An address that is none, or one without TLS on the Internet, where others could read the key.
pub fn origin(address: &str) -> Result<String> {
    let refused =
        |why| Failure::Usage(format!("{address} is no address of an Immich server: {why}."));
    let url = Url::parse(address).map_err(|_| refused("it should be https://HOST"))?;
    let is_fit = match url.scheme() {
        "https" => true,
        "http" => url.host_str().is_some_and(is_at_home),
        _ => false,
    };
    if !is_fit {
        return Err(refused(
            "it should be https://HOST, or http://HOST in a network of your own, where nobody \
             reads the key",
        ));
    }
    Ok(url.origin().ascii_serialization())
}

/// Returns true for a host that is not reached over the Internet: a private address, a name without
/// a dot, or one of multicast DNS.
fn is_at_home(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    match host.parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => {
            address.is_loopback() || address.is_private() || address.is_link_local()
        }
        Ok(IpAddr::V6(address)) => {
            address.is_loopback() || address.is_unique_local() || address.is_unicast_link_local()
        }
        Err(_) => match host.rsplit_once('.') {
            Some((_, last)) => last == "local",
            None => true,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_goes_where_nobody_reads_along() {
        for address in [
            "https://immich.example.com/api",
            "http://192.168.1.10:2283",
            "http://10.0.0.2",
            "http://127.0.0.1:1",
            "http://[fd00::1]:2283",
            "http://nas:2283/",
            "http://nas.local",
        ] {
            assert!(origin(address).is_ok(), "{address}");
        }
        for address in ["http://immich.example.com", "http://8.8.8.8", "nas:2283", "ftp://nas", ""]
        {
            assert!(origin(address).is_err(), "{address}");
        }
        assert_eq!(origin("http://nas:2283/api/").expect("an origin"), "http://nas:2283");
    }
}
