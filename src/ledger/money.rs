//! Exact money: a decimal and a currency. Never a float, never two currencies in one sum.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// ISO 4217 code, three upper-case letters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; 3]);

impl Currency {
    /// The euro.
    pub const EUR: Currency = Currency(*b"EUR");

    /// The code as text.
    pub fn code(&self) -> &str {
        std::str::from_utf8(&self.0).unwrap_or("XXX") // only ASCII letters can be inside
    }
}

impl FromStr for Currency {
    type Err = String;

    fn from_str(text: &str) -> Result<Currency, String> {
        match text.as_bytes() {
            &[a, b, c] if text.bytes().all(|b| b.is_ascii_uppercase()) => Ok(Currency([a, b, c])),
            _ => Err(format!(
                "`{text}` is not a currency code of three capital letters"
            )),
        }
    }
}

/// An amount in one currency. Written `12.30 EUR`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Money {
    /// Exact amount.
    pub amount: Decimal,
    /// Its currency.
    pub currency: Currency,
}

impl Money {
    /// No claim and no payment is larger: what is larger was misread (THREATS 4.1).
    pub const LIMIT: Decimal = Decimal::from_parts(1_000_000, 0, 0, false, 0);

    /// An amount in a currency.
    pub fn new(amount: Decimal, currency: Currency) -> Money {
        Money { amount, currency }
    }

    /// Nothing of this currency.
    pub fn zero(currency: Currency) -> Money {
        Money {
            amount: Decimal::ZERO,
            currency,
        }
    }

    /// Sum; `None` for two currencies or on overflow.
    pub fn plus(self, other: Money) -> Option<Money> {
        (self.currency == other.currency).then_some(())?;
        Some(Money {
            amount: self.amount.checked_add(other.amount)?,
            ..self
        })
    }

    /// Difference; `None` for two currencies or on overflow.
    pub fn minus(self, other: Money) -> Option<Money> {
        self.plus(-other)
    }

    /// More than nothing.
    pub fn is_positive(&self) -> bool {
        self.amount > Decimal::ZERO
    }

    /// Exactly nothing.
    pub fn is_zero(&self) -> bool {
        self.amount.is_zero()
    }
}

impl std::ops::Neg for Money {
    type Output = Money;

    fn neg(self) -> Money {
        Money {
            amount: -self.amount,
            ..self
        }
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.2} {}", self.amount, self.currency)
    }
}

impl FromStr for Money {
    type Err = String;

    fn from_str(text: &str) -> Result<Money, String> {
        let (amount, currency) = text
            .split_once(' ')
            .ok_or_else(|| format!("`{text}` is not an amount like `12.30 EUR`"))?;
        let amount = Decimal::from_str_exact(amount)
            .map_err(|e| format!("`{text}` is not an amount like `12.30 EUR`: {e}"))?;
        Ok(Money {
            amount,
            currency: currency.parse()?,
        })
    }
}

/// Text form in stores, seals and JSON; keeps the digits that were read.
impl Serialize for Money {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.collect_str(&format_args!("{} {}", self.amount, self.currency))
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Money, D::Error> {
        let text = <std::borrow::Cow<'de, str>>::deserialize(d)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl Serialize for Currency {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.code())
    }
}

impl<'de> Deserialize<'de> for Currency {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Currency, D::Error> {
        String::deserialize(d)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}
