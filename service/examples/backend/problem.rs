//! Errors as HTTP has them: a status, and a problem document (RFC 9457) that a program can read.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde_json::json;
use service::{Class, Classified};

/// A request that did not lead to what it asked for.
pub(crate) struct Problem {
    status: StatusCode,
    detail: String,
}

impl Problem {
    /// The class decides: what is refused has the caller's `refused`, what passes is 503 with `Retry-After`, and what is broken
    /// is 500 without details, which belong into the log.
    pub(crate) fn of(error: &(impl Classified + 'static), refused: StatusCode) -> Self {
        match error.class() {
            Class::Refused => Self {
                status: refused,
                detail: error.to_string(),
            },
            Class::Retryable => Self {
                status: StatusCode::SERVICE_UNAVAILABLE,
                detail: "try again in a moment".to_owned(),
            },
            Class::Broken => {
                tracing::error!(error = error as &dyn std::error::Error, "an operation failed");
                Self {
                    status: StatusCode::INTERNAL_SERVER_ERROR,
                    detail: "something is broken".to_owned(),
                }
            }
        }
    }

    pub(crate) fn bad_request(detail: impl Into<String>) -> Self {
        Self {
            status: StatusCode::BAD_REQUEST,
            detail: detail.into(),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = json!({
            "type": "about:blank",
            "title": self.status.canonical_reason(),
            "status": self.status.as_u16(),
            "detail": self.detail,
        });
        let mut response = (self.status, Json(body)).into_response();
        let headers = response.headers_mut();
        headers.insert(
            header::CONTENT_TYPE,
            HeaderValue::from_static("application/problem+json"),
        );
        if self.status == StatusCode::SERVICE_UNAVAILABLE {
            headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
        }
        response
    }
}
