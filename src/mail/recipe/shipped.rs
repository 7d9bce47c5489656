//! The recipes that are shipped inside the program, by file name: one line each, in alphabetical order.
//!
//! Knows no recipe's content; the merchant's own folder overlays them by name.

/// `NAME.toml` and its text, of each name.
macro_rules! shipped {
    ($($name:literal)*) => {
        &[$((
            concat!($name, ".toml"),
            include_str!(concat!("../../../templates/recipes/", $name, ".toml")),
        )),*]
    };
}

/// File names and texts.
pub(super) const SHIPPED: &[(&str, &str)] = shipped! {
    "_common"
    "amazonpay"
    "bankofamerica"
    "capitalone"
    "chase"
    "creditas"
    "csas"
    "csob"
    "elba"
    "fio"
    "george"
    "hdfc"
    "holvi"
    "icici"
    "interac"
    "jtl"
    "klarna"
    "kontist"
    "mollie"
    "n26"
    "nubank"
    "paypal"
    "postbank"
    "postfinance"
    "qonto"
    "revolut"
    "sabadell"
    "shopify"
    "shopware5"
    "shopware6"
    "sparkasse"
    "stripe"
    "sumup"
    "tatra"
    "twint"
    "ubs"
    "venmo"
    "volksbank"
    "wise"
    "woocommerce"
};
