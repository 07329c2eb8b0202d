use super::*;
use time::macros::datetime;

/// A packet with these namespaces, whose description has these attributes and these elements.
fn packet(attributes: &str, elements: &str) -> String {
    format!(
        "<?xpacket begin='\u{feff}' id='W5M0MpCehiHzreSzNTczkc9d'?>\
         <x:xmpmeta xmlns:x='adobe:ns:meta/'>\
         <rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>\
         <rdf:Description rdf:about='' \
         xmlns:dc='http://purl.org/dc/elements/1.1/' \
         xmlns:exif='http://ns.adobe.com/exif/1.0/' \
         xmlns:photoshop='http://ns.adobe.com/photoshop/1.0/' \
         xmlns:xmp='http://ns.adobe.com/xap/1.0/' {attributes}>{elements}\
         </rdf:Description></rdf:RDF></x:xmpmeta>\n   \n<?xpacket end='w'?>"
    )
}

fn said(attributes: &str, elements: &str) -> TextMetadata {
    read(packet(attributes, elements).as_bytes())
}

#[test]
fn dates_as_attributes_and_as_elements() {
    let noon = Some(TakenAt { local: datetime!(2024-05-17 14:03:09), offset_minutes: Some(120) });
    for name in ["photoshop:DateCreated", "exif:DateTimeOriginal", "xmp:CreateDate"] {
        let attribute = format!("{name}='2024-05-17T14:03:09+02:00'");
        assert_eq!(said(&attribute, "").taken_at, noon, "{name}");
        let element = format!("<{name}>2024-05-17T14:03:09+02:00</{name}>");
        assert_eq!(said("", &element).taken_at, noon, "{name}");
    }
    assert_eq!(said("xmp:ModifyDate='2024-05-17T14:03:09'", "").taken_at, None);
    let year = said("photoshop:DateCreated='1965'", "")
        .taken_at
        .map(|taken| taken.local);
    assert_eq!(year, Some(datetime!(1965-01-01 00:00)));
}

#[test]
fn the_date_that_was_written_for_the_picture_counts_first() {
    let date = |attributes: &str| said(attributes, "").taken_at.map(|taken| taken.local);
    let scanned = "xmp:CreateDate='2020-01-02T03:04:05' photoshop:DateCreated='1965-07-01'";
    assert_eq!(date(scanned), Some(datetime!(1965-07-01 00:00)));
    let finer = "photoshop:DateCreated='2024-05-17' exif:DateTimeOriginal='2024-05-17T14:03:09'";
    assert_eq!(date(finer), Some(datetime!(2024-05-17 14:03:09)));
}

#[test]
fn captions_in_the_language_that_nobody_named() {
    let languages = "<dc:description><rdf:Alt><rdf:li xml:lang='de'>Die Fähre</rdf:li>\
                     <rdf:li xml:lang='x-default'>The ferry &amp; the &#x6C;ake</rdf:li>\
                     </rdf:Alt></dc:description>";
    assert_eq!(said("", languages).caption.as_deref(), Some("The ferry & the lake"));
    let one = "<dc:description><rdf:Alt><rdf:li xml:lang='de'>Die Fähre</rdf:li></rdf:Alt>\
               </dc:description>";
    assert_eq!(said("", one).caption.as_deref(), Some("Die Fähre"));
    assert_eq!(
        said("dc:description='The &quot;ferry&quot;'", "")
            .caption
            .as_deref(),
        Some("The \"ferry\"")
    );
    let plain = "<dc:description><![CDATA[The <ferry>]]></dc:description>";
    assert_eq!(said("", plain).caption.as_deref(), Some("The <ferry>"));
}

#[test]
fn keywords_of_each_kind_of_list() {
    for list in ["Bag", "Seq", "Alt"] {
        let subject = format!(
            "<dc:subject>\n <rdf:{list}>\n  <rdf:li>lake</rdf:li>\n  <rdf:li>ferry</rdf:li>\
             <rdf:li/><rdf:li>lake</rdf:li></rdf:{list}></dc:subject>"
        );
        assert_eq!(said("", &subject).keywords, ["lake", "ferry"], "{list}");
    }
}

#[test]
fn names_are_known_by_their_namespace() {
    let other = "<a:RDF xmlns:a='http://www.w3.org/1999/02/22-rdf-syntax-ns#'><a:Description \
                 xmlns:b='http://ns.adobe.com/photoshop/1.0/' b:DateCreated='2024-05-17'/></a:RDF>";
    assert!(read(other.as_bytes()).taken_at.is_some(), "prefixes are anybody's choice");
    let wrong = other.replace("photoshop/1.0/", "else/1.0/");
    assert!(read(wrong.as_bytes()).taken_at.is_none());
}

#[test]
fn what_is_said_of_other_pictures_is_not_said_of_this_one() {
    let history = "<xmp:Pantry><rdf:Bag><rdf:li>\
                   <rdf:Description xmp:CreateDate='2001-01-01' dc:description='x'>\
                   <dc:subject><rdf:Bag><rdf:li>y</rdf:li></rdf:Bag></dc:subject>\
                   </rdf:Description></rdf:li></rdf:Bag></xmp:Pantry>";
    let said = said("", history);
    assert_eq!((said.taken_at, said.caption, said.keywords), (None, None, Vec::new()));
}

#[test]
fn other_encodings_and_damage() {
    let whole =
        packet("photoshop:DateCreated='2024-05-17'", "<dc:description>Fähre</dc:description>");
    let mut little = vec![0xFF, 0xFE];
    little.extend(whole.encode_utf16().flat_map(u16::to_le_bytes));
    let mut big = vec![0xFE, 0xFF];
    big.extend(whole.encode_utf16().flat_map(u16::to_be_bytes));
    for packet in [whole.as_bytes(), &little, &big] {
        assert_eq!(read(packet).caption.as_deref(), Some("Fähre"));
    }
    let cut = whole.find("Fähre").expect("a caption");
    let said = read(&whole.as_bytes()[..cut]);
    assert!(said.taken_at.is_some() && said.caption.is_none(), "what comes before damage counts");
}

#[test]
fn entities_are_not_expanded() {
    let laughs = "<!DOCTYPE x [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;&a;&a;'>]>";
    let packet = packet("", "<dc:description>&b;It is &lt;said&gt; &b;</dc:description>");
    let said = read(format!("{laughs}{packet}").as_bytes());
    assert_eq!(said.caption.as_deref(), Some("It is <said>"));
}

#[test]
fn what_is_deep_or_long_ends() {
    let deep = packet("", &"<dc:x>".repeat(100_000));
    let wide = packet(&"dc:x='1' ".repeat(100_000), "");
    let many = packet("", &"<dc:subject>x</dc:subject>".repeat(100_000));
    let names: Vec<String> = (0..250)
        .map(|number| format!("xmlns:a{number}='b{number}'"))
        .collect();
    let nested = packet("", &format!("<dc:x {}>", names.join(" ")).repeat(1_000));
    for packet in [deep, wide, many, nested] {
        assert!(read(packet.as_bytes()).keywords.len() < 2);
    }
    let long = packet("", &format!("<dc:description>{}</dc:description>", "é".repeat(100_000)));
    assert_eq!(
        read(long.as_bytes())
            .caption
            .map(|caption| caption.chars().count()),
        Some(2000)
    );
}
