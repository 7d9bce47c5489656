//! Alignment of two domains (RFC 7489 3.1, relaxed), without the public suffix list: equal, or one below the other,
//! where the upper one is a name that somebody can own. Siblings are not aligned here: with that rule a missing entry
//! in the short list below could join two strangers, without it it only costs a verdict.

/// Second levels under which strangers register names.
const SHARED: [&str; 40] = [
    "co.uk", "org.uk", "ltd.uk", "plc.uk", "me.uk", "ac.uk", "gov.uk", "com.au", "net.au",
    "org.au", "co.nz", "co.za", "co.jp", "ne.jp", "or.jp", "com.br", "net.br", "com.mx", "com.ar",
    "com.tr", "co.in", "co.il", "co.kr", "com.cn", "com.tw", "com.hk", "com.sg", "com.pl",
    "net.pl", "co.at", "or.at", "com.ua", "com.ru", "co.th", "com.es", "com.pt", "com.gr",
    "com.cy", "com.mt", "com.de",
];

/// Whether a verdict for `proven` speaks for a mail from `from`.
pub fn aligned(from: &str, proven: &str) -> bool {
    let (from, proven) = (from.to_ascii_lowercase(), proven.to_ascii_lowercase());
    from == proven && !from.is_empty() || below(&from, &proven) || below(&proven, &from)
}

fn below(lower: &str, upper: &str) -> bool {
    let owned =
        upper.split('.').filter(|label| !label.is_empty()).count() >= 2 && !SHARED.contains(&upper);
    owned
        && lower
            .strip_suffix(upper)
            .is_some_and(|rest| rest.len() > 1 && rest.ends_with('.'))
}

/// The domain in a verdict's property: `a.example`, `@a.example`, `x@a.example`, `"x"@a.example`. `None` where it is not
/// certain which part is the domain.
pub fn domain_of(value: &str) -> Option<&str> {
    let domain = match value.strip_prefix('"') {
        Some(rest) => rest.rsplit_once("\"@")?.1,
        None => match value.split_once('@') {
            Some((_, domain)) => domain,
            None => value,
        },
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '-' || c == '.';
    (!domain.is_empty() && domain.chars().all(plain)).then_some(domain)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_domain_speaks_for_itself_and_its_own_tree() {
        assert!(aligned("shop.example", "SHOP.example"));
        assert!(aligned("mail.shop.example", "shop.example"));
        assert!(aligned("shop.example", "bounce.shop.example"));
        for (from, proven) in [
            ("shop.example", "xshop.example"),
            ("shop.example", "shop.example.evil.example"),
            ("shop.example", "example"),
            ("a.shop.example", "b.shop.example"),
            ("bank.co.uk", "co.uk"),
            ("bank.example", ".example"),
            ("", ""),
            ("bank.example", ""),
        ] {
            assert!(!aligned(from, proven), "{from} {proven}");
        }
    }

    #[test]
    fn the_domain_of_a_property_is_certain_or_none() {
        assert_eq!(domain_of("@a.example"), Some("a.example"));
        assert_eq!(domain_of("x@a.example"), Some("a.example"));
        assert_eq!(domain_of("\"x@b.example\"@a.example"), Some("a.example"));
        for odd in [
            "x@a.example@evil.example",
            "",
            "@",
            "\"x",
            "a.example>",
            "\u{430}.example",
        ] {
            assert_eq!(domain_of(odd), None, "{odd}");
        }
    }
}
