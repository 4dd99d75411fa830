//! Literals that Prisma's engine writes otherwise in SQL than the schema does.

use std::fmt::Write;

use crate::schema::Dialect;

/// A moment: `2024-02-29T12:34:56.789Z` is `2024-02-29 12:34:56.789 +00:00` in SQL.
pub fn moment(text: &str) -> String {
    let Some((day, time)) = text.split_once(['T', 't']) else { return text.to_owned() };
    let zone = time.find(['Z', 'z', '+', '-']).unwrap_or(time.len());
    let (clock, zone) = time.split_at(zone);
    let zone = if matches!(zone, "Z" | "z") { "+00:00" } else { zone };
    let mut clock = clock.to_owned();
    // Digits after the second come in threes.
    if let Some((_, fraction)) = clock.split_once('.') {
        let missing = fraction.len().div_ceil(3) * 3 - fraction.len();
        clock.extend(std::iter::repeat_n('0', missing));
    }
    format!("{day} {clock} {zone}").trim_end().to_owned()
}

/// Bytes, which the schema writes in base 64, as the database's hexadecimal digits.
pub fn bytes(dialect: Dialect, text: &str) -> String {
    let Some(bytes) = decoded(text) else { return text.to_owned() };
    let mut written = match dialect {
        Dialect::Postgres => "\\x".to_owned(),
        Dialect::Mysql | Dialect::Sqlite | Dialect::Mssql => String::new(),
    };
    for byte in bytes {
        let _ = write!(written, "{byte:02x}");
    }
    written
}

/// Base 64 (RFC 4648, 4); `None` for what is none.
fn decoded(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let (mut bits, mut count) = (0_u32, 0_u32);
    for letter in text.trim_end_matches('=').bytes() {
        let value = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = (bits << 6 | u32::from(value)) & 0xFFFF;
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push(u8::try_from(bits >> count & 0xFF).ok()?);
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_are_those_of_the_engine() {
        assert_eq!(moment("2024-02-29T12:34:56.789Z"), "2024-02-29 12:34:56.789 +00:00");
        assert_eq!(moment("2024-02-29T12:34:56-02:00"), "2024-02-29 12:34:56 -02:00");
        assert_eq!(moment("2024-02-29T12:34:56.5Z"), "2024-02-29 12:34:56.500 +00:00");
        assert_eq!(moment("soon"), "soon");
        assert_eq!(bytes(Dialect::Postgres, "aGVsbG8="), "\\x68656c6c6f");
        assert_eq!(bytes(Dialect::Sqlite, "/+8="), "ffef");
        assert_eq!(bytes(Dialect::Sqlite, "no base"), "no base");
    }
}
