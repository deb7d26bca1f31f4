//! How one lives on, and how it ends.

use super::*;

#[test]
fn a_subscription_lives_on_while_it_is_renewed() {
    let (mut world, graph, subscription) = subscribed();
    let world = &mut world;
    let path = format!("/subscriptions/{}", id(&subscription));
    let in_minutes =
        |world: &World, minutes: i64| json!((world.now() + SignedDuration::from_mins(minutes)).to_string());
    world.advance(LONGEST.as_millis() as i64 / 2);
    let graph = Graph { token: application_token(world), ..graph };
    let until = in_minutes(world, 4_200);
    let renewed = graph.send(world, Method::Patch, &path, Some(&json!({ "expirationDateTime": until })));
    assert_eq!((renewed.status, &json(&renewed)["expirationDateTime"]), (200, &until));
    for (body, wanted) in [
        (json!({ "expirationDateTime": in_minutes(world, 4_231) }), "ExtensionError"),
        (json!({ "lifecycleNotificationUrl": LIFE }), "InvalidRequest"),
        (json!({}), "InvalidRequest"),
        (json!([]), "BadRequest"),
    ] {
        assert_eq!(graph.refused(world, Method::Patch, &path, Some(&body)), (400, wanted.into()), "{body}");
    }
    world.advance(4_199 * 60_000);
    add(world, "Bob");
    assert_eq!(told(world).iter().filter(|(address, _)| address == TOLD).count(), 1);
    // It ends without a word.
    world.advance(60_000);
    add(world, "Cem");
    assert!(told(world).is_empty());
    let graph = Graph { token: application_token(world), ..graph };
    for (method, path) in
        [(Method::Get, path.clone()), (Method::Delete, path.clone()), (Method::Post, format!("{path}/reauthorize"))]
    {
        assert_eq!(graph.refused(world, method, &path, None), (404, "ResourceNotFound".into()), "{method}");
    }
    let late = json!({ "expirationDateTime": in_minutes(world, 60) });
    assert_eq!(graph.refused(world, Method::Patch, &path, Some(&late)), (404, "ResourceNotFound".into()));
}

#[test]
fn its_owner_ends_it() {
    let (mut world, graph, subscription) = subscribed();
    let path = format!("/subscriptions/{}", id(&subscription));
    assert_eq!(graph.send(&mut world, Method::Delete, &path, None).status, 204);
    add(&mut world, "Bob");
    assert!(told(&mut world).is_empty());
    assert_eq!(graph.refused(&mut world, Method::Delete, &path, None), (404, "ResourceNotFound".into()));
}

#[test]
fn a_challenge_has_to_be_met() {
    let (mut world, graph, subscription) = subscribed();
    let world = &mut world;
    let path = format!("/subscriptions/{}", id(&subscription));
    let challenge = |world: &mut World| {
        world.with_microsoft(|microsoft, context| microsoft.challenge_subscriptions(ADA, context));
        assert_eq!(events(world), ["reauthorizationRequired"]);
        add(world, "lost");
        assert!(told(world).is_empty(), "until it is met nothing is told");
    };
    challenge(world);
    assert_eq!(graph.send(world, Method::Post, &format!("{path}/reauthorize"), None).status, 204);
    add(world, "Bob");
    assert_eq!(changes(world), ["created"], "what changed meanwhile is never told");
    challenge(world);
    let until = json!({ "expirationDateTime": (world.now() + LONGEST).to_string() });
    assert_eq!(graph.send(world, Method::Patch, &path, Some(&until)).status, 200);
    add(world, "Cem");
    assert_eq!(changes(world), ["created"]);
    // Without the right it can't be met.
    challenge(world);
    let mut app = world.microsoft.apps().find(|app| app.client_id == SERVER).expect("the server").clone();
    app.application_roles = vec!["User.Read.All".into()];
    world.microsoft.add_app(app);
    let weak = Graph::application(world);
    let refused = weak.refused(world, Method::Post, &format!("{path}/reauthorize"), None);
    assert_eq!(refused, (403, "ErrorAccessDenied".into()));
    // Near its end every subscription is challenged, once.
    let (mut world, ..) = subscribed();
    world.advance((LONGEST - SignedDuration::from_hours(3)).as_millis() as i64);
    assert_eq!((events(&mut world), events(&mut world)), (vec!["reauthorizationRequired".to_owned()], Vec::new()));
    add(&mut world, "Bob");
    assert_eq!(changes(&mut world), ["created"], "there is time until its end");
}

#[test]
fn what_becomes_void_is_removed_and_told() {
    type Act = fn(&mut World);
    let of_person: [Act; 3] = [
        |world| world.microsoft.set_password(ADA, "another"),
        |world| world.microsoft.set_enabled(ADA, false),
        |world| world.with_microsoft(|microsoft, context| microsoft.withdraw_subscriptions(ADA, context)),
    ];
    for act in of_person {
        let world = &mut world();
        let ada = Graph::delegated(world, ADA, "Contacts.Read");
        let whole = body(world, "/me/contacts", LONGEST);
        subscribe(world, &ada, &whole);
        act(world);
        assert_eq!(events(world), ["subscriptionRemoved"]);
        assert!(world.microsoft.subscriptions(ADA).is_empty());
    }
    // An application's own stay, whoever changes a password, but for those to a mailbox that is gone.
    let (mut world, ..) = subscribed();
    world.microsoft.set_password(ADA, "another");
    assert!(told(&mut world).is_empty());
    world.with_microsoft(|microsoft, context| microsoft.set_licensed(ADA, false, context));
    assert_eq!(events(&mut world), ["subscriptionRemoved"]);
}
