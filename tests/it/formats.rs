//! Photographs in other formats than JPEG go the same way.

use serde_json::json;
use tests::{Person, System, person::text, photograph::sum};

/// Four coloured quarters, 96 × 64, written by `heif-enc -q 30`.
const HEIC: &str = "\
    0000001c6674797068656963000000006d696631686569636d696166000001406d657461000000000000002168646c\
    72000000000000000070696374000000000000000000000000000000000e7069746d00000000000100000022696c6f\
    6300000000444000010001000000000164000100000000000000f30000002369696e6600000000000100000015696e\
    666502000000000100006876633100000000c069707270000000a26970636f00000076687663430104080000000000\
    000000001ef000fcfdfafa00000f03200001001740010c01ffff0408000003009db800000300001eba024021000100\
    2a4201010408000003009db800000300001ea0308104d96ea4929ae6e04040c0800000030080000003008422000100\
    074401c172b022400000001469737065000000000000006000000040000000107069786900000000030a0a0a000000\
    1669706d610000000000000001000103810283000000fb6d646174000000ef2801af1980fd42371ffcd15fbf2bf520\
    d7dafb52d6355f7887b71a52f919e06d52dcdf541c9788af9b539e4bc984b896e1d849766c006642187a7ab7672fb9\
    f5ec1aa62b9b9210b3c5bef9fe7a2cf50a8dae51feea56b567e2f2204230c2836749fb18ec550db9b30f652b659910\
    48de5b6000191aad200e628cdee4335e4de175c6c715559b5d91e4b571c11b8a9a3be4060c8b597ff05810f70d2768\
    0ff3a323ff20d258c078f37e3a66cb0c3c624ef854e6aac318015ad4a62a546b60264ec79d7b4d761dbd856df0e568\
    d348bd2635f26a16a1bea95a90f1b0dfa729ecff0b966416b2e2a63bbee52653a7f980";

/// The same, written by `avifenc -s 0 --max 20 -y 444 -d 8`.
const AVIF: &str = "\
    00000020667479706176696600000000617669666d6966316d6961664d413141000000f26d65746100000000000000\
    2868646c720000000000000000706963740000000000000000000000006c696261766966000000000e7069746d0000\
    000000010000001e696c6f6300000000440000010001000000010000011a000000420000002869696e660000000000\
    010000001a696e6665020000000001000061763031436f6c6f72000000006a697072700000004b6970636f00000014\
    69737065000000000000006000000040000000107069786900000000030808080000000c6176314381200000000000\
    13636f6c726e636c780001000d0006800000001769706d610000000000000001000104010283040000004a6d646174\
    12000a0938196fffca021a0d203233128000004000f5ce06b394a15527863b91321603a3712a4fff69d738fdac7f6f\
    06994a66ebd1eb0e751cda93c35d0fce51b936";

/// One red pixel, 24 bits.
const BMP: &str = "\
    424d3a0000000000000036000000280000000100000001000000010018000000000000000000000000000000000000\
    000000000000002828c800";

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
