//! Signing in to Aurora with the function's role: there is no password to keep, to change or to
//! lose.
//!
//! MySQL is given in the place of a password a
//! [token](https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/UsingWithRDS.IAMDBAuth.Connecting.html):
//! a link that the role signs, good for 15 minutes. It is sent as it is, so it goes to nobody whose
//! certificate is not Amazon's.

use std::{
    fmt::Write as _,
    sync::Mutex,
    time::{Duration, Instant, SystemTime},
};

use aws_sdk_s3::config::Credentials;
use aws_sigv4::{
    http_request::{SignableBody, SignableRequest, SignatureLocation, SigningSettings, sign},
    sign::v4,
};
use sqlx::{
    MySqlPool,
    mysql::{MySqlConnectOptions, MySqlSslMode},
};

use crate::{
    env::Env,
    error::{Error, Result},
};

/// The time for which a token is good.
const GOOD: Duration = Duration::from_mins(15);

/// The time for which one is used: what begins to connect with it must have time to do so.
const USED: Duration = Duration::from_mins(10);

/// Amazon's authorities for RDS, one a region (`Amazon RDS <region> Root CA RSA2048 G1`, good until
/// 2061), which no list of browsers has.
const AUTHORITIES: &str = include_str!("rds-authorities.pem");

/// The role that signs.
#[derive(Clone)]
pub(super) struct DatabaseRole {
    credentials: Credentials,
    region: String,
}

impl DatabaseRole {
    /// The role of the function. Lambda sets its variables once, for as long as the process lives.
    pub(super) fn of(env: &Env) -> Result<Self> {
        let session = env.get("AWS_SESSION_TOKEN").ok();
        let (id, key) = (env.get("AWS_ACCESS_KEY_ID")?, env.get("AWS_SECRET_ACCESS_KEY")?);
        let credentials = Credentials::new(id, key, session, None, "environment");
        Ok(Self { credentials, region: env.get("AWS_REGION")? })
    }

    /// The token for this user of this server.
    fn token(&self, host: &str, port: u16, user: &str, now: SystemTime) -> Result<String> {
        let failed = |cause: &dyn std::fmt::Display| {
            Error::internal(format!("no token for the database: {cause}"))
        };
        let mut settings = SigningSettings::default();
        settings.expires_in = Some(GOOD);
        settings.signature_location = SignatureLocation::QueryParams;
        let identity = self.credentials.clone().into();
        let parameters = v4::SigningParams::builder()
            .identity(&identity)
            .region(&self.region)
            .name("rds-db")
            .time(now)
            .settings(settings)
            .build()
            .map_err(|cause| failed(&cause))?;
        let link = format!("{host}:{port}/?Action=connect&DBUser={}", encoded(user));
        let url = format!("https://{link}");
        let request =
            SignableRequest::new("GET", &url, std::iter::empty(), SignableBody::Bytes(&[]));
        let signed = sign(request.map_err(|cause| failed(&cause))?, &parameters.into());
        let (instructions, _) = signed.map_err(|cause| failed(&cause))?.into_parts();
        let parameters = instructions.params().iter();
        Ok(parameters.fold(link, |link, (name, value)| format!("{link}&{name}={}", encoded(value))))
    }
}

fn encoded(text: &str) -> String {
    text.bytes().fold(String::new(), |mut encoded, byte| {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(byte.into());
            }
            // To a string nothing fails to be written.
            _ => drop(write!(encoded, "%{byte:02X}")),
        }
        encoded
    })
}

/// The pool's key, made anew before it is no longer good.
pub(super) struct SignIn {
    role: DatabaseRole,
    options: MySqlConnectOptions,
    host: String,
    port: u16,
    user: String,
    since: Mutex<Instant>,
}

impl SignIn {
    /// For the server and user of these options, with the options to connect with at first.
    pub(super) fn new(
        role: DatabaseRole,
        options: MySqlConnectOptions,
    ) -> Result<(Self, MySqlConnectOptions)> {
        let options = trusting(options, &role.region).enable_cleartext_plugin(true);
        let (host, port, user) =
            (options.get_host().to_owned(), options.get_port(), options.get_username().to_owned());
        let sign_in = Self { role, options, host, port, user, since: Mutex::new(Instant::now()) };
        let first = sign_in.signed()?;
        Ok((sign_in, first))
    }

    fn signed(&self) -> Result<MySqlConnectOptions> {
        let token = self
            .role
            .token(&self.host, self.port, &self.user, SystemTime::now())?;
        Ok(self.options.clone().password(&token))
    }

    /// Gives the pool another token when the last one is getting old. Connections that it has go on
    /// with theirs.
    pub(super) fn renew(&self, pool: &MySqlPool) -> Result<()> {
        let mut since = self
            .since
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        if since.elapsed() >= USED {
            pool.set_connect_options(self.signed()?);
            *since = Instant::now();
        }
        Ok(())
    }
}

/// The options, with the certificate of the server checked against Amazon's authorities.
pub fn trusting(options: MySqlConnectOptions, region: &str) -> MySqlConnectOptions {
    options
        .ssl_mode(MySqlSslMode::VerifyIdentity)
        .ssl_ca_from_pem(authority(region).as_bytes().to_vec())
}

/// The authority of this region. Of one that is newer than the list: none, and no server is
/// trusted.
fn authority(region: &str) -> &'static str {
    let rest = AUTHORITIES
        .split_once(&format!("# {region}\n"))
        .map_or("", |(_, rest)| rest);
    rest.split("# ").next().unwrap_or(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn role() -> DatabaseRole {
        let credentials =
            Credentials::new("AKIDEXAMPLE", "secret", Some("a+b/c=".into()), None, "test");
        DatabaseRole { credentials, region: "eu-central-1".into() }
    }

    #[test]
    fn a_token_is_a_link_that_the_role_signs() {
        let token = role()
            .token("db.example", 3306, "library", SystemTime::UNIX_EPOCH)
            .expect("a token");
        assert!(token.starts_with("db.example:3306/?Action=connect&DBUser=library&"), "{token}");
        let parts = [
            "&X-Amz-Credential=AKIDEXAMPLE%2F19700101%2Feu-central-1%2Frds-db%2Faws4_request",
            "&X-Amz-Expires=900",
            "&X-Amz-Security-Token=a%2Bb%2Fc%3D",
            "&X-Amz-Signature=",
        ];
        for part in parts {
            assert!(token.contains(part), "{token} lacks {part}");
        }
    }

    #[test]
    fn another_user_has_another_token() {
        let token = |user| {
            role()
                .token("db.example", 3306, user, SystemTime::UNIX_EPOCH)
                .expect("a token")
        };
        assert_ne!(token("library"), token("accounts").replace("accounts", "library"));
    }

    #[tokio::test]
    async fn a_token_is_renewed_before_it_is_no_longer_good() {
        let options = MySqlConnectOptions::new()
            .host("db.example")
            .username("library");
        let (sign_in, first) = SignIn::new(role(), options).expect("a sign-in");
        let pool = MySqlPool::connect_lazy_with(first);
        let before = pool.connect_options();
        sign_in.renew(&pool).expect("nothing to do");
        assert!(std::sync::Arc::ptr_eq(&before, &pool.connect_options()));
        *sign_in.since.lock().expect("a time") =
            Instant::now().checked_sub(USED).expect("a time before");
        sign_in.renew(&pool).expect("a token");
        assert!(!std::sync::Arc::ptr_eq(&before, &pool.connect_options()));
    }

    #[test]
    fn each_region_has_one_authority_and_servers_are_verified() {
        let regions = AUTHORITIES
            .lines()
            .filter_map(|line| line.strip_prefix("# "))
            .collect::<Vec<_>>();
        assert!(regions.len() > 20 && regions.contains(&"us-east-1"), "{regions:?}");
        for region in regions {
            assert_eq!(authority(region).matches("BEGIN CERTIFICATE").count(), 1, "{region}");
        }
        assert_eq!(authority("moon-east-1"), "");
        let options = trusting(MySqlConnectOptions::new(), "us-east-1");
        assert!(matches!(options.get_ssl_mode(), MySqlSslMode::VerifyIdentity));
    }
}
