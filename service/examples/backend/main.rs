//! A small shop backend: the operations of `service` over HTTP, on the embedded default.
//!
//! ```sh
//! cargo run -p migration -- up
//! cargo run -p service --example backend
//! curl -s localhost:8080/products
//! ```
//!
//! `DATABASE_URL` names another database, `LISTEN` another address. The library knows nothing of HTTP: what is here is all that
//! a backend adds, which is routes, the forms of requests, and a status for each class of error (see `problem.rs`).

mod orders;
mod problem;
mod products;
mod start;
mod stock;

use std::error::Error;
use std::io::Write as _;
use std::process::ExitCode;

use axum::Router;
use axum::routing::{get, put};
use sea_orm::DatabaseConnection;

fn app(db: DatabaseConnection) -> Router {
    Router::new()
        .route("/products", get(products::list).post(products::create))
        .route("/products/{handle}", get(products::get))
        .route("/stock/{movement}", put(stock::adjust))
        .route("/low-stock", get(stock::low))
        .route("/orders", get(orders::list))
        .route("/orders/{order}", get(orders::get).put(orders::place))
        .route("/orders/{order}/payments/{payment}", put(orders::pay))
        .route("/orders/{order}/cancellation", put(orders::cancel))
        .with_state(db)
}

#[tokio::main]
async fn main() -> ExitCode {
    match serve().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "error: {}", start::with_causes(&*error));
            ExitCode::FAILURE
        }
    }
}

async fn serve() -> Result<(), Box<dyn Error>> {
    let url = std::env::var("DATABASE_URL").unwrap_or_else(|_| "sqlite://vividwalls.db".to_owned());
    let address = std::env::var("LISTEN").unwrap_or_else(|_| "127.0.0.1:8080".to_owned());
    let db = start::open(&url).await?;
    let listener = tokio::net::TcpListener::bind(address).await?;
    // With port 0 the system chooses one, and whoever started the program wants to know which.
    writeln!(
        std::io::stdout(),
        "listening on http://{}",
        listener.local_addr()?
    )?;
    axum::serve(listener, app(db.clone()))
        .with_graceful_shutdown(async {
            // Without a handler for Ctrl-C the process ends by itself.
            let _ = tokio::signal::ctrl_c().await;
        })
        .await?;
    db.close().await?;
    Ok(())
}
