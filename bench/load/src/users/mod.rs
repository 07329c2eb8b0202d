//! The users: each arrival is one of them, who asks for one thing.
//!
//! The first request is due at the arrival. Those that follow from its answer, as the bytes of a
//! photo follow from its announcement, are due when that answer is there.

mod comment;
mod guest;
mod look;
mod search;
mod sync;
mod upload;

use std::{sync::Arc, time::Instant};

use chance::Random;
use tokio::sync::OwnedSemaphorePermit;

use crate::{
    api::{Answer, Api},
    library::{Image, Library},
    mix::{Kind, Mix},
    outcome::Failure,
    pictures::Pictures,
    route::Route,
};

/// Everything that users share.
pub struct Traffic {
    /// The API.
    pub api: Api,
    /// The library.
    pub library: Arc<Library>,
    /// Pictures to be sent.
    pub pictures: Arc<Pictures>,
}

/// An arrival. Its numbers are between 0 and 1, and decide what is asked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Arrival {
    /// The kind of user.
    pub kind: Kind,
    album: f64,
    photo: f64,
    person: f64,
    choice: f64,
    /// True for somebody who comes again when told to, and waits until it is their turn.
    is_patient: bool,
}

impl Arrival {
    /// Draws an arrival.
    pub fn draw(mix: &Mix, random: &mut Random) -> Self {
        let kind = mix.draw(random);
        Self::of_kind(kind, random)
    }

    /// Draws one of a burst.
    pub fn of_burst(kind: Kind, random: &mut Random) -> Self {
        Self { is_patient: true, ..Self::of_kind(kind, random) }
    }

    fn of_kind(kind: Kind, random: &mut Random) -> Self {
        Self {
            kind,
            album: random.unit(),
            photo: random.unit(),
            person: random.unit(),
            choice: random.unit(),
            is_patient: false,
        }
    }

    /// Returns the route of what is asked first.
    pub fn route(&self) -> Route {
        match self.kind {
            Kind::Look => step(&look::STEPS, self.choice),
            Kind::Guest => step(&guest::STEPS, self.choice),
            Kind::Search => Route::SearchPhotos,
            Kind::Sync => Route::ListChanges,
            Kind::Upload => Route::CreatePhoto,
            Kind::Comment => Route::CreateComment,
            Kind::Album => Route::GetAlbum,
        }
    }

    /// Asks. The permit, to have a request in flight, is given back with the last answer that is
    /// waited for.
    pub async fn act(&self, traffic: &Traffic, intended: Instant, permit: OwnedSemaphorePermit) {
        match self.kind {
            Kind::Look => look::look(traffic, self, intended).await,
            Kind::Guest => guest::look(traffic, self, intended).await,
            Kind::Search => search::search(traffic, self, intended).await,
            Kind::Sync => sync::sync(traffic, self, intended).await,
            Kind::Comment => comment::comment(traffic, self, intended).await,
            Kind::Album => look::open(traffic, self, intended).await,
            Kind::Upload => return upload::upload(traffic, self, intended, permit).await,
        }
        drop(permit);
    }
}

/// Returns the step of a number between 0 and 1. Parts sum up to one.
fn step(steps: &[(Route, f64)], number: f64) -> Route {
    let mut left = number;
    let mut chosen = steps[0].0;
    for (route, part) in steps {
        chosen = *route;
        left -= part;
        if left < 0.0 {
            break;
        }
    }
    chosen
}

/// Returns one of so many places, which are not none.
fn chosen(places: usize, number: f64) -> usize {
    let place = chance::whole(number * f64::from(u32::try_from(places).unwrap_or(u32::MAX)));
    usize::try_from(place).unwrap_or(0).min(places - 1)
}

/// Fetches a rendition.
async fn image(traffic: &Traffic, intended: Instant, image: &Image, media: Option<String>) {
    let path = format!("{}?{}", image.path, media.unwrap_or_default());
    let request = traffic.api.get(Route::Image, intended, &path, None);
    let check = |answer: &Answer| is_image(answer, image);
    traffic.api.ask(request, check).await;
}

fn is_image(answer: &Answer, image: &Image) -> Result<(), Failure> {
    if !answer.has_type("image/webp") {
        return Err(Failure::Wrong("an image of another type"));
    }
    let is_webp = answer.body.starts_with(b"RIFF") && answer.body.get(8..12) == Some(b"WEBP");
    if !is_webp {
        return Err(Failure::Wrong("bytes that are no WebP"));
    }
    if answer.body.len() != image.bytes {
        return Err(Failure::Wrong("an image of another size"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;
    use reqwest::header::HeaderMap;

    use super::*;

    #[test]
    fn steps_are_chosen_by_their_parts() {
        for steps in [&look::STEPS[..], &guest::STEPS[..]] {
            let all: f64 = steps.iter().map(|(_, part)| part).sum();
            assert!((all - 1.0).abs() < 1e-9);
        }
        let steps = [(Route::GetAlbum, 0.25), (Route::Image, 0.75)];
        for (number, route) in
            [(0.0, Route::GetAlbum), (0.24, Route::GetAlbum), (0.25, Route::Image)]
        {
            assert_eq!(step(&steps, number), route);
        }
        assert_eq!(step(&steps, 1.0), Route::Image);
    }

    #[test]
    fn a_seed_decides_what_is_asked() {
        let mut random = Random::new(3);
        let mut again = Random::new(3);
        let mix = Mix::default();
        for _ in 0..100 {
            assert_eq!(Arrival::draw(&mix, &mut random), Arrival::draw(&mix, &mut again));
        }
    }

    #[test]
    fn an_image_is_held_to_its_type_and_size() {
        let image = Image { path: String::new(), bytes: 16 };
        let answer = |content_type: &'static str, body: &'static [u8]| {
            let mut headers = HeaderMap::new();
            headers.insert("content-type", content_type.parse().expect("a type"));
            Answer { status: 200, headers, body: Bytes::from_static(body) }
        };
        let right = answer("image/webp", b"RIFF....WEBPVP8 ");
        assert_eq!(is_image(&right, &image), Ok(()));
        for wrong in [
            answer("text/html", b"RIFF....WEBPVP8 "),
            answer("image/webp", b"RIFF....WEBP"),
            answer("image/webp", b"................"),
        ] {
            assert!(is_image(&wrong, &image).is_err(), "{wrong:?}");
        }
    }
}
