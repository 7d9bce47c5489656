//! The one address of a From field, or the reason why there is not exactly one (RFC 5322 3.4, without groups, source
//! routes and obsolete forms). The display name is never looked at: it is no evidence.

use crate::ledger::CustomerAddress;

/// The single address in an address field.
///
/// # Errors
/// Why the field does not hold exactly one plain address, in words.
pub fn single_address(field: &str) -> Result<CustomerAddress, String> {
    let mut angle: Option<String> = None;
    let mut plain = String::new();
    let mut quoted = false;
    let mut chars = field.chars();
    while let Some(c) = chars.next() {
        match c {
            '"' => {
                skip_quoted(&mut chars)?;
                quoted = true;
            }
            '(' => skip_comment(&mut chars)?,
            '<' if angle.is_none() => angle = Some(inside_angle(&mut chars)?),
            '<' | '>' => return Err("From has more than one address".into()),
            ',' | ';' => return Err("From has more than one address".into()),
            ':' => return Err("From is a group or a route".into()),
            _ if angle.is_some() && !c.is_whitespace() => {
                return Err("From goes on behind its address".into());
            }
            _ => plain.push(c),
        }
    }
    match angle {
        Some(address) => CustomerAddress::new(address.trim()),
        None if quoted => Err("From has a quoted local part".into()),
        None => CustomerAddress::new(plain.trim()),
    }
}

fn skip_quoted(chars: &mut std::str::Chars<'_>) -> Result<(), String> {
    while let Some(c) = chars.next() {
        match c {
            '"' => return Ok(()),
            '\\' => drop(chars.next()),
            _ => {}
        }
    }
    Err("From has a quotation that does not end".into())
}

fn skip_comment(chars: &mut std::str::Chars<'_>) -> Result<(), String> {
    let mut depth = 1;
    while let Some(c) = chars.next() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            '\\' => drop(chars.next()),
            _ => {}
        }
        if depth == 0 {
            return Ok(());
        }
    }
    Err("From has a comment that does not end".into())
}

fn inside_angle(chars: &mut std::str::Chars<'_>) -> Result<String, String> {
    let mut address = String::new();
    for c in chars.by_ref() {
        match c {
            '>' => return Ok(address),
            '<' | '"' | '(' | ')' | ',' | ':' | ';' => {
                return Err(format!("the address in From holds `{c}`"));
            }
            _ => address.push(c),
        }
    }
    Err("the address in From does not end".into())
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn one_plain_address_is_found_whatever_the_display_name_says() {
        for field in [
            "shop@lindenhof.example",
            "<shop@lindenhof.example>",
            "Shop <shop@lindenhof.example>",
            "\"Lindner, Jana (Shop)\" <shop@lindenhof.example>",
            "=?utf-8?Q?L=C3=A4den?= <shop@lindenhof.example> (home)",
            "\"bank@bank.example\" < shop@lindenhof.example >",
            "bank@bank.example <SHOP@Lindenhof.example>",
            "shop@lindenhof.example (Shop)",
        ] {
            let found = single_address(field);
            assert_eq!(found.unwrap().as_str(), "shop@lindenhof.example", "{field}");
        }
    }

    #[test]
    fn anything_but_one_plain_address_is_refused() {
        for field in [
            "",
            "Shop",
            "a@bank.example, b@evil.example",
            "<a@bank.example> <b@evil.example>",
            "Bank: a@bank.example;",
            "<@evil.example:a@bank.example>",
            "\"a@bank.example\"@evil.example",
            "<\"a@bank.example\"@evil.example>",
            "a@bank.example@evil.example",
            "a@[192.0.2.1]",
            "a@bank",
            "a@b\u{e4}nk.example",
            "<a@bank.example> b@evil.example",
            "<a@bank.example",
            "\"open <a@bank.example>",
            "(open <a@bank.example>",
        ] {
            assert!(single_address(field).is_err(), "{field}");
        }
    }
}
