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
    "amazon"
    "amazonpay"
    "bankofamerica"
    "bawag"
    "c24"
    "capitalone"
    "chase"
    "comdirect"
    "commerzbank"
    "creditas"
    "csas"
    "csob"
    "deutschebank"
    "dkb"
    "ebay"
    "elba"
    "etsy"
    "finom"
    "fio"
    "gambio"
    "george"
    "hdfc"
    "holvi"
    "icici"
    "ing"
    "interac"
    "jtl"
    "klarna"
    "kontist"
    "magento1"
    "magento2"
    "modified"
    "mollie"
    "n26"
    "nubank"
    "odoo"
    "opencart"
    "oxid"
    "paypal"
    "postbank"
    "postfinance"
    "prestashop"
    "qonto"
    "revolut"
    "sabadell"
    "saleor"
    "shopify"
    "shopware5"
    "shopware6"
    "solidus"
    "sparkasse"
    "stripe"
    "sumup"
    "sylius"
    "tatra"
    "twint"
    "ubs"
    "vendure"
    "venmo"
    "volksbank"
    "wise"
    "woocommerce"
    "zkb"
};
