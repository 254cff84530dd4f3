//! The example backend, as a program, with a real client.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

use entity::{OrderId, SystemEventId, TransactionId};
use reqwest::{Client, RequestBuilder, StatusCode};
use rstest::rstest;
use rust_decimal::Decimal;
use serde_json::{Value, json};
use tests::{Engine, TestDatabase};

/// The running program, which ends with the test.
struct Backend {
    program: Child,
    address: String,
    client: Client,
}

impl Drop for Backend {
    fn drop(&mut self) {
        let _ = self.program.kill();
        let _ = self.program.wait();
    }
}

impl Backend {
    fn start(database: &TestDatabase) -> Self {
        let mut program = Command::new(env!("CARGO_BIN_EXE_backend-under-test"))
            .env("DATABASE_URL", database.url())
            .env("LISTEN", "127.0.0.1:0")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(program.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let address = line.trim().strip_prefix("listening on ").unwrap().to_owned();
        Self {
            program,
            address,
            client: Client::new(),
        }
    }

    async fn get(&self, path: &str) -> (StatusCode, Value) {
        answer(self.client.get(format!("{}{path}", self.address))).await
    }

    async fn post(&self, path: &str, body: Value) -> (StatusCode, Value) {
        answer(self.client.post(format!("{}{path}", self.address)).json(&body)).await
    }

    async fn put(&self, path: &str, body: Value) -> (StatusCode, Value) {
        answer(self.client.put(format!("{}{path}", self.address)).json(&body)).await
    }

    /// A product with one variant, whose id is returned, and so many of it on the shelf.
    async fn stocked(&self, handle: &str, available: i32) -> Value {
        let product = json!({
            "handle": handle, "title": "Noir", "price": "109.00",
            "variants": [{ "sku": handle, "price": "109.00" }],
        });
        let (status, created) = self.post("/products", product).await;
        assert_eq!(status, StatusCode::CREATED, "{created}");
        let variant = created["variants"][0]["id"].clone();
        let lines = json!({ "lines": [{ "variant": variant, "available": available }] });
        let movement = format!("/stock/{}", SystemEventId::new());
        // Sent twice, as a client does that got no answer, and counted once.
        for _ in 0..2 {
            let (status, moved) = self.put(&movement, lines.clone()).await;
            assert_eq!(
                (status, &moved["levels"][0]["available"]),
                (StatusCode::OK, &json!(available))
            );
        }
        variant
    }
}

async fn answer(request: RequestBuilder) -> (StatusCode, Value) {
    let response = request.send().await.unwrap();
    (response.status(), response.json().await.unwrap())
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn an_order_goes_over_http_from_the_shelf_to_the_books(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let backend = Backend::start(&database);
    let variant = backend.stocked("noir", 3).await;

    let order = format!("/orders/{}", OrderId::new());
    let wanted =
        json!({ "lines": [{ "variant": variant, "quantity": 2 }], "shipping": "7.90", "total": "225.90" });
    let (status, placed) = backend.put(&order, wanted.clone()).await;
    assert_eq!(status, StatusCode::OK, "{placed}");
    let total: Decimal = placed["order"]["total_amount"].as_str().unwrap().parse().unwrap();
    assert_eq!(total, Decimal::new(22_590, 2));
    let (_, again) = backend.put(&order, wanted).await;
    assert_eq!(again, placed);
    let (_, product) = backend.get("/products/noir").await;
    assert_eq!(product["variants"][0]["available"], 1);

    let payment = format!("{order}/payments/{}", TransactionId::new());
    for _ in 0..2 {
        let (status, paid) = backend
            .put(&payment, json!({ "amount": "225.90", "method": "card" }))
            .await;
        assert_eq!(status, StatusCode::OK, "{paid}");
        assert_eq!(paid["order"]["financial_status"], "paid");
    }
    let (_, read) = backend.get(&order).await;
    assert_eq!(read["transactions"].as_array().unwrap().len(), 1);
    let (_, page) = backend.get("/orders?limit=1").await;
    assert_eq!((&page["items"][0], &page["next"]), (&read, &Value::Null));

    let (status, cancelled) = backend.put(&format!("{order}/cancellation"), json!(null)).await;
    assert_eq!(
        (status, &cancelled["status"]),
        (StatusCode::OK, &json!("cancelled"))
    );
    let (_, product) = backend.get("/products/noir").await;
    assert_eq!(product["variants"][0]["available"], 3);
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_has_a_status_and_says_why(#[values(Engine::Postgres, Engine::Sqlite)] engine: Engine) {
    let Some(database) = TestDatabase::migrated(engine).await else {
        return;
    };
    let backend = Backend::start(&database);
    let variant = backend.stocked("noir", 3).await;
    let order = format!("/orders/{}", OrderId::new());
    let of = |quantity: i32| json!({ "lines": [{ "variant": variant, "quantity": quantity }] });

    let (status, problem) = backend.put(&order, of(4)).await;
    assert_eq!((status, &problem["status"]), (StatusCode::CONFLICT, &json!(409)));
    let detail = problem["detail"].as_str().unwrap();
    assert!(
        detail.contains("noir") && detail.contains('4') && detail.contains('3'),
        "{detail}"
    );
    let (status, problem) = backend.put(&order, of(0)).await;
    assert_eq!(status, StatusCode::UNPROCESSABLE_ENTITY, "{problem}");

    backend.put(&order, of(1)).await;
    let (status, problem) = backend.put(&order, of(2)).await;
    assert_eq!(status, StatusCode::CONFLICT, "{problem}");
    let (status, _) = backend.get(&format!("/orders/{}", OrderId::new())).await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let (status, _) = backend.get("/products/nothing").await;
    assert_eq!(status, StatusCode::NOT_FOUND);
    let (_, low) = backend.get("/low-stock").await;
    assert_eq!(low, json!([]));
}

/// Starts the program where it should not start, and returns what it says.
fn refusal(url: &str) -> String {
    let ended = Command::new(env!("CARGO_BIN_EXE_backend-under-test"))
        .env("DATABASE_URL", url)
        .env("LISTEN", "127.0.0.1:0")
        .output()
        .unwrap();
    assert!(!ended.status.success());
    assert_eq!(String::from_utf8(ended.stdout).unwrap(), "", "it does not listen");
    let said = String::from_utf8(ended.stderr).unwrap();
    // One line for people: neither a Debug form nor a backtrace.
    assert_eq!(said.lines().count(), 1, "{said}");
    for form in ["Error {", "Unexpected(", "MissingFile", "NotMigrated", "Some("] {
        assert!(!said.contains(form), "{said}");
    }
    said
}

#[rstest]
#[tokio::test(flavor = "multi_thread")]
async fn it_does_not_start_on_a_database_without_the_schema_and_names_the_command(
    #[values(Engine::Postgres, Engine::Sqlite)] engine: Engine,
) {
    let Some(database) = TestDatabase::empty(engine).await else {
        return;
    };
    let said = refusal(database.url());
    assert!(
        said.starts_with("error: the database does not have the schema"),
        "{said}"
    );
    assert!(said.contains("`cargo run -p migration -- up`"), "{said}");
    assert!(said.contains("products"), "the cause: {said}");
}

#[test]
fn it_does_not_start_without_a_database_and_names_the_command() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("shop.db");
    let said = refusal(&format!("sqlite://{}", file.display()));
    assert!(said.starts_with("error: there is no database"), "{said}");
    assert!(said.contains("`cargo run -p migration -- up`"), "{said}");
    assert!(!file.exists());
}

#[test]
fn it_says_in_plain_words_that_nobody_listens_and_keeps_the_password() {
    // Port 9 is discard, where nobody listens.
    let said = refusal("postgres://app:c4n4ry@127.0.0.1:9/shop");
    assert!(
        said.contains("cannot be reached: no server at 127.0.0.1:9"),
        "{said}"
    );
    assert!(!said.contains("c4n4ry"), "{said}");
}
