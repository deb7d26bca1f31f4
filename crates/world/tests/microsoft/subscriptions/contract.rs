//! Subscriptions and notices against the metadata document of Microsoft Graph v1.0, where it is at hand.

use super::*;
use crate::contract::Contract;

#[test]
fn every_property_exists_and_has_its_type() {
    let Some(contract) = Contract::of_graph() else { return };
    let (mut world, _, subscription) = subscribed();
    for name in contract.names("subscription") {
        assert!(subscription.get(name).is_some(), "a subscription lacks {name}");
    }
    assert_eq!(contract.problems("subscription", &subscription), Vec::<String>::new());
    add(&mut world, "Bob");
    world.with_microsoft(|microsoft, context| microsoft.withdraw_subscriptions(ADA, context));
    let notices: Vec<Value> = told(&mut world).into_iter().flat_map(|(_, notices)| notices).collect();
    assert_eq!(notices.len(), 2, "a change, and the end");
    for notice in notices {
        assert_eq!(contract.problems("changeNotification", &notice), Vec::<String>::new(), "{notice}");
    }
}
