//! The template, read with the values of this machine, and checked against what is built.

use std::{fs, path::Path};

use super::{Error, Options, data::Keys, listeners::Addresses, values};
use crate::{
    database::DatabaseCluster,
    events::{FilterPattern, Schedule},
    gateway::{self, GatewayConfig, MediaOrigin, TrustedKey},
    host::Host,
    s3::S3Server,
    template::{self, Endpoints, Parameters, Template, Trigger},
    warehouse,
};

/// The inputs of a reading of the template.
pub(super) struct TemplateReader<'a> {
    pub options: &'a Options,
    /// The text of the template.
    pub text: &'a str,
    pub addresses: &'a Addresses,
    pub keys: &'a Keys,
}

impl TemplateReader<'_> {
    /// Resolves the template; without a database, its URLs are placeholders.
    ///
    /// # Errors
    /// A template that the local system does not understand.
    pub fn template(&self, database: Option<&DatabaseCluster>) -> Result<Template, Error> {
        let endpoints = Endpoints {
            s3: without_scheme(&self.addresses.s3),
            sqs: without_scheme(&self.addresses.sqs),
        };
        let template = template::load(self.text, &self.parameters(database), endpoints)?;
        Ok(template)
    }

    fn parameters(&self, database: Option<&DatabaseCluster>) -> Parameters {
        Parameters {
            overrides: self.options.parameters.clone(),
            local: values::parameters(self.addresses, self.keys, database),
        }
    }

    /// Checks that everything is there that the template names.
    ///
    /// # Errors
    /// A schedule or a filter pattern that cannot be read, a command for a function that is not there,
    /// or a binary that is not built.
    pub fn check(&self, template: &Template) -> Result<(), Error> {
        check_triggers(template)?;
        self.check_commands(template)?;
        self.check_binaries(template)
    }

    fn check_commands(&self, template: &Template) -> Result<(), Error> {
        for id in self.options.commands.keys() {
            if !template.functions.iter().any(|function| function.id == *id) {
                return Err(Error::new(format!(
                    "There is no function {id} to run by a command: the names are those of the \
                     template, as GetAlbum."
                )));
            }
        }
        Ok(())
    }

    fn check_binaries(&self, template: &Template) -> Result<(), Error> {
        let folder = &self.options.binaries;
        let mut missing = Vec::new();
        for function in &template.functions {
            let has_command = self.options.commands.contains_key(&function.id);
            if !has_command && !folder.join(&function.binary).is_file() {
                missing.push(function.binary.as_str());
            }
        }
        if !folder.join(warehouse::BINARY).is_file() {
            missing.push(warehouse::BINARY);
        }
        if missing.is_empty() {
            return Ok(());
        }
        Err(Error::new(format!(
            "Binaries are not built ({} not in {}): run `./dev run`, or `cargo build --workspace \
             --bins`.",
            missing.join(", "),
            folder.display()
        )))
    }

    /// Returns the gateway of this machine: the page, the API, and the renditions in the store.
    ///
    /// # Errors
    /// A private key of the renditions that is none.
    pub fn gateway(
        &self,
        template: &Template,
        host: &Host,
        store: &S3Server,
    ) -> Result<axum::Router, Error> {
        let config = GatewayConfig {
            web: self.options.web.clone(),
            origin: self.addresses.origin.clone(),
            integration_limit: None,
        };
        let media = self.media_origin(template, store)?;
        Ok(gateway::router(template, host.clone(), media, config))
    }

    /// Returns the origin of `/media/*`, or `None` if the template has no bucket of renditions.
    fn media_origin(
        &self,
        template: &Template,
        store: &S3Server,
    ) -> Result<Option<MediaOrigin>, Error> {
        let mut buckets = template.buckets.iter();
        let Some(bucket) = buckets.find(|bucket| bucket.id == "Renditions") else {
            return Ok(None);
        };
        let parameters = self.parameters(None);
        let key_pair_id = value(&parameters, "Keys.Outputs.MediaKeyPairId");
        let private_key = value(&parameters, "MediaPrivateKey");
        let key = TrustedKey::from_private_pem(key_pair_id, private_key).map_err(Error::new)?;
        Ok(Some(MediaOrigin {
            store: store.clone(),
            bucket: bucket.name.clone(),
            key,
            origin: value(&parameters, "PublicOrigin").to_owned(),
        }))
    }
}

/// Reads the text of the template.
///
/// # Errors
/// A file that cannot be read.
pub(super) fn read_text(path: &Path) -> Result<String, Error> {
    fs::read_to_string(path).map_err(|error| {
        Error::new(format!("The template {} cannot be read: {error}.", path.display()))
    })
}

/// Checks that every schedule and every filter pattern can be read.
fn check_triggers(template: &Template) -> Result<(), Error> {
    for function in &template.functions {
        for trigger in &function.triggers {
            match trigger {
                Trigger::Schedule { expression, .. } => {
                    Schedule::parse(expression).map_err(Error::new)?;
                }
                Trigger::Logs(subscription) => {
                    FilterPattern::parse(&subscription.pattern).map_err(Error::new)?;
                }
                Trigger::Http(_) | Trigger::Queue(_) => {}
            }
        }
    }
    Ok(())
}

/// Returns a parameter's value, that of the command line before that of this machine.
fn value<'a>(parameters: &'a Parameters, name: &str) -> &'a str {
    let overridden = parameters.overrides.get(name);
    match overridden.or(parameters.local.get(name)) {
        Some(value) => value,
        None => "",
    }
}

fn without_scheme(origin: &str) -> String {
    origin.trim_start_matches("http://").to_owned()
}
