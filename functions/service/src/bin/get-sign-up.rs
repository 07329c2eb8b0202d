//! Lambda binary for `GET /v1/sign-up`: reads its settings once, then serves.

use service::{GetSignUp, MapTilesView};
use shared::{
    error::Cause,
    http::{sign_on::sign_on_issuer, sign_up_rule},
    runtime,
};

fn main() -> Result<(), Cause> {
    runtime::serve(async |env| {
        let single_sign_on = match sign_on_issuer(&env)? {
            Some(_) => Some(env.get("SINGLE_SIGN_ON_NAME")?),
            None => None,
        };
        let url = env.get("MAP_TILES")?;
        let attribution = env.get("MAP_TILES_ATTRIBUTION")?;
        let map_tiles = if url.is_empty() { None } else { Some(MapTilesView { url, attribution }) };
        Ok(GetSignUp {
            rule: sign_up_rule(&env)?,
            sends_mail: env.sends_mail()?,
            single_sign_on,
            map_tiles,
        })
    })
}
