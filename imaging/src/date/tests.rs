use super::*;
use time::macros::datetime;

fn local(text: &str) -> Option<PrimitiveDateTime> {
    read(text).map(|taken| taken.local)
}

fn zoned(text: &str) -> Option<(PrimitiveDateTime, i16)> {
    read(text).and_then(|taken| Some((taken.local, taken.offset_minutes?)))
}

#[test]
fn dates_are_read_or_refused() {
    for same in [
        "2024:05:17 14:03:09",
        "2024-05-17T14:03:09",
        "2024-05-17t14:03:09",
        "2024/05/17 14:03:09",
        "2024.05.17 14.03.09",
        "2024-05-17 14-03-09",
        "2024:05:17:14:03:09",
        "2024:05:17_14:03:09",
        "2024:05:17, 14:03:09",
        " 2024:05:17  14:03:09 ",
        "2024: 5:17 14: 3: 9",
        "2024:5:17 14:3:9",
        "20240517 140309",
        "20240517T140309",
        "20240517140309",
        "2024:05:17 02:03:09 PM",
        "2024:05:17 2:03:09p.m.",
        "2024:05:17 14:03:09 who knows",
        "Fri May 17 14:03:09 2024",
        "Fri May 17 14:03:09 CEST 2024",
        "17 May 2024 14:03:09",
        "May 17, 2024 2:03:09 PM",
        "17 MAY 2024, 14:03:09",
    ] {
        assert_eq!(local(same), Some(datetime!(2024-05-17 14:03:09)), "{same:?}");
    }
    for bad in [
        "",
        "0000:00:00 00:00:00",
        "2024:13:01 00:00:00",
        "2024:00:00 00:00:00",
        "2023:02:29 00:00:00",
        "    :  :     :  :  ",
        "2024",
        "2024:05",
        "24:05:17 14:03:09",
        "17/05/2024 14:03:09",
        "é024:05:17",
        "32 May 2024",
        "May 2024",
        "1715954589",
    ] {
        assert_eq!(read(bad), None, "{bad:?}");
    }
}

#[test]
fn as_much_as_can_be_told() {
    for (text, told) in [
        ("2024:05:17 14:03", datetime!(2024-05-17 14:03)),
        ("2024:05:17 14:03:", datetime!(2024-05-17 14:03)),
        ("2024:05:17 14:03:  ", datetime!(2024-05-17 14:03)),
        ("2024:05:17 14:03:0é", datetime!(2024-05-17 14:03)),
        ("2024:05:17 14:03:75", datetime!(2024-05-17 14:03)),
        ("2024:05:17 14:61:09", datetime!(2024-05-17 14:00)),
        ("2024:05:17 25:03:09", datetime!(2024-05-17 00:00)),
        ("2024:05:17   :  :  ", datetime!(2024-05-17 00:00)),
        ("2024:05:17", datetime!(2024-05-17 00:00)),
        ("20240517", datetime!(2024-05-17 00:00)),
        ("17 May 2024", datetime!(2024-05-17 00:00)),
        ("2001: 1: 2  3: 4: 5", datetime!(2001-01-02 03:04:05)),
        ("2003:12:31 24:00:00", datetime!(2004-01-01 00:00)),
        ("2016:12:31 23:59:60", datetime!(2016-12-31 23:59:59)),
        ("9999:12:31 24:00:00", datetime!(9999-12-31 00:00)),
        ("2024:05:17 12:00:00 AM", datetime!(2024-05-17 00:00)),
        ("2024:05:17 12:00:00 PM", datetime!(2024-05-17 12:00)),
        ("2024:05:17 14:03:09.25", datetime!(2024-05-17 14:03:09.25)),
        ("2024:05:17 14:03:09,250", datetime!(2024-05-17 14:03:09.25)),
    ] {
        assert_eq!(local(text), Some(told), "{text:?}");
    }
}

#[test]
fn zones_inside_of_a_date() {
    let noon = datetime!(2024-05-17 14:03:09);
    for (text, minutes) in [
        ("2024:05:17 14:03:09+02:00", 120),
        ("2024:05:17 14:03:09 +0200", 120),
        ("2024:05:17 14:03:09-09:30", -570),
        ("2024-05-17T14:03:09Z", 0),
        ("2024-05-17 14:03:09 UTC", 0),
        ("20240517 140309+0200", 120),
        ("2024:05:17 02:03:09 PM +05:30", 330),
        ("Fri, 17 May 2024 14:03:09 GMT", 0),
        ("Fri, 17 May 2024 14:03:09 -0700", -420),
        ("Fri May 17 14:03:09 +0200 2024", 120),
    ] {
        assert_eq!(zoned(text), Some((noon, minutes)), "{text:?}");
    }
    assert_eq!(zoned("2024-05-17T14:03-05:00"), Some((datetime!(2024-05-17 14:03), -300)));
    assert_eq!(zoned("2024-05-17T14:03:09.5+01:00"), Some((datetime!(2024-05-17 14:03:09.5), 60)));
    assert_eq!(zoned("2024-05-17-05:00"), Some((datetime!(2024-05-17 00:00), -300)));
    assert_eq!(zoned("2024:05:17 14:03:09+99:00"), None);
    assert_eq!(
        local("2024:05:17 14:03:09+99:00"),
        Some(noon),
        "a zone that makes no sense takes nothing with it"
    );
}

#[test]
fn years_and_months_alone() {
    let partial = |text: &str| read_partial(text).map(|taken| taken.local);
    for text in ["1965", "1965-01", "1965:00:00", "19650000", "1965:  :  ", "1965-01-01"] {
        assert_eq!(partial(text), Some(datetime!(1965-01-01 00:00)), "{text:?}");
    }
    assert_eq!(partial("1965-07"), Some(datetime!(1965-07-01 00:00)));
    for bad in ["", "0000", "196", "1965-13", "1965-02-31", "a photo"] {
        assert_eq!(read_partial(bad), None, "{bad:?}");
    }
}

#[test]
fn fractions_and_offsets_are_read_or_refused() {
    assert_eq!(nanoseconds("05"), Some(50_000_000));
    assert_eq!(nanoseconds("1234567890"), Some(123_456_789));
    assert_eq!(nanoseconds("  "), None);
    for (text, minutes) in [
        ("+02:00", 120),
        ("+0200", 120),
        ("+02", 120),
        ("+2:00", 120),
        ("+ 2: 0", 120),
        ("-09:30", -570),
        ("-0930", -570),
        ("UTC+2", 120),
        ("GMT-03:30", -210),
        ("GMT", 0),
        ("Z", 0),
        (" +02:00 ", 120),
        ("+02:00:00", 120),
    ] {
        assert_eq!(minutes_east(text), Some(minutes), "{text:?}");
    }
    for bad in [
        "",
        "02:00",
        "+99:00",
        "+02:60",
        "+02:",
        "+020",
        "é2:00",
        "+",
        "   :  ",
        "+02:00:30",
        "-13:00",
    ] {
        assert_eq!(minutes_east(bad), None, "{bad:?}");
    }
}
