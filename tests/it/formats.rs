//! Photographs in other formats than JPEG go the same way.

use serde_json::json;
use tests::{Person, System, person::text, photograph::sum};

/// Four coloured quarters, 96 × 64, written by `heif-enc -q 30`.
const HEIC: &str = "\
    0000001c6674797068656963000000006d696631686569636d696166000001406d657461000000000000002168646c7200000000\
    0000000070696374000000000000000000000000000000000e7069746d00000000000100000022696c6f63000000004440000100\
    01000000000164000100000000000000f30000002369696e6600000000000100000015696e666502000000000100006876633100\
    000000c069707270000000a26970636f00000076687663430104080000000000000000001ef000fcfdfafa00000f032000010017\
    40010c01ffff0408000003009db800000300001eba0240210001002a4201010408000003009db800000300001ea0308104d96ea4\
    929ae6e04040c0800000030080000003008422000100074401c172b0224000000014697370650000000000000060000000400000\
    00107069786900000000030a0a0a0000001669706d610000000000000001000103810283000000fb6d646174000000ef2801af19\
    80fd42371ffcd15fbf2bf520d7dafb52d6355f7887b71a52f919e06d52dcdf541c9788af9b539e4bc984b896e1d849766c006642\
    187a7ab7672fb9f5ec1aa62b9b9210b3c5bef9fe7a2cf50a8dae51feea56b567e2f2204230c2836749fb18ec550db9b30f652b65\
    991048de5b6000191aad200e628cdee4335e4de175c6c715559b5d91e4b571c11b8a9a3be4060c8b597ff05810f70d27680ff3a3\
    23ff20d258c078f37e3a66cb0c3c624ef854e6aac318015ad4a62a546b60264ec79d7b4d761dbd856df0e568d348bd2635f26a16\
    a1bea95a90f1b0dfa729ecff0b966416b2e2a63bbee52653a7f980";

/// The same, written by `avifenc -s 0 --max 20 -y 444 -d 8`.
const AVIF: &str = "\
    00000020667479706176696600000000617669666d6966316d6961664d413141000000f26d657461000000000000002868646c72\
    0000000000000000706963740000000000000000000000006c696261766966000000000e7069746d0000000000010000001e696c\
    6f6300000000440000010001000000010000011a000000420000002869696e660000000000010000001a696e6665020000000001\
    000061763031436f6c6f72000000006a697072700000004b6970636f000000146973706500000000000000600000004000000010\
    7069786900000000030808080000000c617631438120000000000013636f6c726e636c780001000d0006800000001769706d6100\
    00000000000001000104010283040000004a6d64617412000a0938196fffca021a0d203233128000004000f5ce06b394a1552786\
    3b91321603a3712a4fff69d738fdac7f6f06994a66ebd1eb0e751cda93c35d0fce51b936";

/// One red pixel, 24 bits.
const BMP: &str = "424d3a000000000000003600000028000000010000000100000001001800000000000000000000000000000000000000000000000000\
    2828c800";

#[tokio::test]
async fn heic_avif_and_bmp_are_shown() {
    let system = System::shared();
    let ana = Person::new(&system).await;
    let album = ana.album("Formats").await;
    let files = [
        ("IMG_1.HEIC", "image/heic", HEIC, 96),
        ("a.avif", "image/avif", AVIF, 96),
        ("a.bmp", "image/bmp", BMP, 1),
    ];
    for (name, content_type, hex, width) in files {
        let bytes = hex::decode(hex).expect("hex");
        let photo = json!({"name": name, "size": bytes.len(), "content_type": content_type, "sha256": sum(&bytes)});
        let announced = ana
            .post(&format!("/v1/albums/{album}/photos"), photo)
            .await
            .expect(201);
        assert_eq!(announced["upload"]["headers"]["content-type"], content_type, "{announced}");
        assert_eq!(ana.send(&announced["upload"], &bytes).await, 200, "{name}");
        let photo = ana.settled(&text(&announced["photo"]["id"])).await;
        assert_eq!(
            (&photo["status"], &photo["width"]),
            (&json!("ready"), &json!(width)),
            "{photo}"
        );
        let url =
            format!("{}?{}", text(&photo["renditions"][0]["url"]), text(&photo["media"]["query"]));
        let (status, webp) = ana.fetch(&url).await;
        assert_eq!((status, &webp[8..12]), (200, b"WEBP".as_slice()), "{name}");
    }
}
