//! Texts whose encoding is not known for certain.

/// Decodes UTF-8 where the bytes are, or are declared as, UTF-8; else Windows-1252.
pub(crate) fn decode(bytes: &[u8], is_declared_utf_8: bool) -> String {
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) if is_declared_utf_8 => String::from_utf8_lossy(bytes).into_owned(),
        Err(_) => bytes.iter().map(|byte| windows_1252(*byte)).collect(),
    }
}

/// Decodes a character of Windows-1252 (WHATWG Encoding Standard, `index-windows-1252`).
fn windows_1252(byte: u8) -> char {
    // The bytes 0x80 to 0x9F; elsewhere the encoding is that of Latin-1.
    const ROW: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8D}', 'Ž',
        '\u{8F}', '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9D}',
        'ž', 'Ÿ',
    ];
    match byte {
        0x80..=0x9F => ROW[usize::from(byte - 0x80)],
        _ => char::from(byte),
    }
}
