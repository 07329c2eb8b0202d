//! The standard's own [test vectors](https://www.w3.org/TR/webauthn-3/#sctn-test-vectors):
//! credentials of ES256 without attestation, and of RS256, for `example.org`. Their authenticators
//! have verified nobody, so each is read piece by piece, and refused as a whole.

use super::{
    Refusal, RelyingParty,
    authenticator_data::AuthenticatorData,
    ceremonies::{self, KeptKey, authenticator_data_of, signed},
    client_data::{self, Ceremony},
    credential::{Assertion, Attestation, Base64Url, CredentialType, MadePasskey},
    public_key::PublicKey,
};

const PARTY: RelyingParty<'static> = RelyingParty { origin: "https://example.org" };

/// The client data of the registration.
const REGISTERED: &str = "\
    7b2274797065223a22776562617574686e2e637265617465222c226368616c6c656e6765223a22414d4d5074345578\
    78475453746e63647134313759447742466938767049612d7077386f4f755657345441222c226f726967696e223a22\
    68747470733a2f2f6578616d706c652e6f7267222c2263726f73734f726967696e223a66616c73652c226578747261\
    44617461223a22636c69656e74446174614a534f4e206d617920626520657874656e64656420776974682061646469\
    74696f6e616c206669656c647320696e20746865206675747572652c207375636820617320746869733a20426b5165\
    446a646354427258426941774a544c453551227d";
/// Its attestation object.
const ATTESTED: &str = "\
    a363666d74646e6f6e656761747453746d74a068617574684461746158a4bfabc37432958b063360d3ad6461c9c473\
    5ae7f8edd46592a5e0f01452b2e4b559000000008446ccb9ab1db374750b2367ff6f3a1f0020f91f391db4c9b2fde0\
    ea70189cba3fb63f579ba6122b33ad94ff3ec330084be4a5010203262001215820afefa16f97ca9b2d23eb86ccb640\
    98d20db90856062eb249c33a9b672f26df61225820930a56b87a2fca66334b03458abf879717c12cc68ed73290af2e\
    2664796b9220";
/// The authenticator data of a log-in: `example.org`, of which user and device are present.
const AUTHENTICATOR: &str = "\
    bfabc37432958b063360d3ad6461c9c4735ae7f8edd46592a5e0f01452b2e4b51900000000";
/// The client data of a log-in.
const SIGNED: &str = "\
    7b2274797065223a22776562617574686e2e676574222c226368616c6c656e6765223a224f63446e55685158756c54\
    55506f334a5558543049393770767a7a59425039745a63685879617630314167222c226f726967696e223a22687474\
    70733a2f2f6578616d706c652e6f7267222c2263726f73734f726967696e223a66616c73657d";
/// The signature.
const SIGNATURE: &str = "\
    3046022100f50a4e2e4409249c4a853ba361282f09841df4dd4547a13a87780218deffcd380221008480ac0f0b9353\
    8174f575bf11a1dd5d78c6e486013f937295ea13653e331e87";
/// The key of RS256, of whose modulus most bits are the same.
const RSA_KEY: &str = "\
    a4010303390100205901b403ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff\
    ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff\
    ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff\
    fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7ffffffffffffffffffffffffffffffff\
    ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff\
    ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff\
    ffffffffff800000000000000000000000000000000000000000000000000000000000000000000000000000000000\
    0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000\
    0000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000\
    0000000000000000000000000000000000000000000000012143010001";
/// Client data that it has signed.
const RSA_SIGNED: &str = "\
    7b2274797065223a22776562617574686e2e676574222c226368616c6c656e6765223a224b56395a39667150356978\
    617970346e596d7834794e6f33617562597a5333536d75757459423462784d55222c226f726967696e223a22687474\
    70733a2f2f6578616d706c652e6f7267222c2263726f73734f726967696e223a66616c73657d";
/// The signature.
const RSA_SIGNATURE: &str = "\
    01063d52d7c39b4d432fc7063c5d93e582bdcb16889cd71f888d67d880ea730a428498d3bc8e1ee11f2b1ecbe6c292\
    b118c55ffaaddefa8cad0a54dd137c51f1eec673f1bb6c4d1789d6826a222b22d0f585fc901fdc933212e579d199b8\
    9d672aa44891333e6a1355536025e82b25590256c3538229b55737083b2f6b9377e49e2472f11952f79fdd0da180b5\
    ffd901b4049a8f081bb40711bef76c62aed943571f2d0575304cb549d68d8892f95086a30f93716aee818f8dc06e96\
    c0d5e0ed4cfa9fd8773d90464b68cf140f7986666ff9c9e3302acd0535d60d769f465e2ab57ef8aabc89fccfef7ba3\
    2a64154a8b3d26be2298f470b8cc5377dbe3dfd4b0b45f8f01e63bde6cfc76b62771f9b70aa27cf40152cad93aa5ac\
    d784fd4b90f676e2ea828d0bf2400aebbaae4153e5838f537f88b6228346782a93a899be66ec77de45b3efcf311da6\
    321c92e6b0cd11bfe653bf3e98cee8e341f02d67dbb6f9c98d9e8178090cfb5b70fbc6d541599ac794ae2f1d4de128\
    6ec8de8c2daf7b1d15c8438e90d924df5c19045220a4c8438c1b979bbe016cf3d0eeec23c3999d4882cc645b776de9\
    30756612cdc6dd398160ff02a6";

fn bytes(digits: &str) -> Vec<u8> {
    data_encoding::HEXLOWER
        .decode(digits.as_bytes())
        .expect("hexadecimal digits")
}

/// The authenticator data of the registration.
fn registered() -> Vec<u8> {
    authenticator_data_of(&bytes(ATTESTED)).expect("authenticator data")
}

#[test]
fn challenges_are_those_that_were_given_out() {
    let registered = client_data::challenge(&bytes(REGISTERED), Ceremony::Registration, PARTY);
    assert_eq!(registered.as_deref(), Ok("AMMPt4UxxGTStncdq417YDwBFi8vpIa-pw8oOuVW4TA"));
    let signed = client_data::challenge(&bytes(SIGNED), Ceremony::LogIn, PARTY);
    assert_eq!(signed.as_deref(), Ok("OcDnUhQXulTUPo3JUXT0I97pvzzYBP9tZchXyav01Ag"));
}

#[test]
fn a_credential_of_es256_knows_its_signature() {
    let data = registered();
    let data = AuthenticatorData::read(&data).expect("authenticator data");
    let made = data.credential.expect("a credential");
    assert_eq!((made.id.len(), made.id[0], made.id[31]), (32, 0xf9, 0xe4));
    let key = PublicKey::read(made.public_key).expect("a key");
    let message = signed(&bytes(AUTHENTICATOR), &bytes(SIGNED));
    assert_eq!(key.verify(&message, &bytes(SIGNATURE)), Ok(()));
    let other = signed(&bytes(AUTHENTICATOR), &bytes(REGISTERED));
    assert_eq!(key.verify(&other, &bytes(SIGNATURE)), Err(Refusal::Signature));
}

#[test]
fn a_credential_of_rs256_knows_its_signature() {
    let key = PublicKey::read(&bytes(RSA_KEY)).expect("a key");
    let message = signed(&bytes(AUTHENTICATOR), &bytes(RSA_SIGNED));
    assert_eq!(key.verify(&message, &bytes(RSA_SIGNATURE)), Ok(()));
    let other = signed(&bytes(AUTHENTICATOR), &bytes(SIGNED));
    assert_eq!(key.verify(&other, &bytes(RSA_SIGNATURE)), Err(Refusal::Signature));
}

#[test]
fn an_authenticator_that_has_verified_nobody_is_refused() {
    let data = registered();
    let made = AuthenticatorData::read(&data)
        .expect("authenticator data")
        .credential;
    let made = made.expect("a credential");
    let kept = KeptKey { public_key: made.public_key, backup_eligible: true };
    let registration = MadePasskey {
        id: Base64Url(made.id.to_vec()),
        _kind: CredentialType::PublicKey,
        response: Attestation {
            client_data: Base64Url(bytes(REGISTERED)),
            object: Base64Url(bytes(ATTESTED)),
            transports: Vec::new(),
        },
    };
    let refused = ceremonies::registration(&registration, PARTY).err();
    assert_eq!(refused, Some(Refusal::Unverified));
    let assertion = Assertion {
        client_data: Base64Url(bytes(SIGNED)),
        authenticator_data: Base64Url(bytes(AUTHENTICATOR)),
        signature: Base64Url(bytes(SIGNATURE)),
        user_handle: None,
    };
    let refused = ceremonies::log_in(&assertion, kept, PARTY).err();
    assert_eq!(refused, Some(Refusal::Unverified));
    let elsewhere = RelyingParty { origin: "https://albumen.example" };
    let refused = ceremonies::log_in(&assertion, kept, elsewhere).err();
    assert_eq!(refused, Some(Refusal::RelyingParty));
}
