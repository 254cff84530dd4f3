//! The shop itself: commands as the operations want them.

use entity::{OrderId, ProductVariantId, order_items};
use rust_decimal::Decimal;
use sea_orm::{ConnectionTrait, DatabaseConnection};
use service::inventory::{self, Adjust, AdjustLine, StockError};
use service::orders::{
    self, CancelError, CancelOrder, CompleteOrder, ConfirmOrder, FulfilError, FulfilLine, FulfilOrder, Goods,
    LineStock, OrderLine, PayError, PayOrder, PlaceError, PlaceOrder, RefundError, RefundLine, RefundOrder,
    StatusError,
};

use super::command::{Command, Fate, From, PLACES, PRICES};
use super::world::{Outcome, World};

/// A command that went through and can be sent again.
#[derive(Clone, Debug)]
enum Sent {
    Adjust(Adjust),
    Place(PlaceOrder),
    Confirm(OrderId),
    Complete(OrderId),
    Cancel(OrderId),
    Pay(PayOrder),
    Fulfil(FulfilOrder),
    Refund(RefundOrder),
}

pub(super) struct Shop {
    pub(super) db: DatabaseConnection,
    variants: Vec<ProductVariantId>,
    /// In the order in which they were placed.
    pub(super) orders: Vec<OrderId>,
    sent: Vec<Sent>,
}

impl Shop {
    /// A shop with nothing on its shelves.
    pub(super) async fn open(db: &DatabaseConnection) -> Self {
        for table in ["transactions", "orders", "products", "system_events"] {
            db.execute_unprepared(&format!("DELETE FROM {table}"))
                .await
                .unwrap();
        }
        let skus = ["A", "B", "C"];
        let mut variants = Vec::new();
        for (sku, price) in skus.into_iter().zip(PRICES) {
            let mut product = crate::shop::product(sku, &[sku]);
            product.variants[0].price = Decimal::new(price, 2);
            variants.push(service::catalogue::create(db, product).await.unwrap().variants[0].id);
        }
        Self {
            db: db.clone(),
            variants,
            orders: Vec::new(),
            sent: Vec::new(),
        }
    }

    pub(super) fn variant(&self, id: ProductVariantId) -> usize {
        self.variants.iter().position(|variant| *variant == id).unwrap()
    }

    pub(super) async fn send(&mut self, command: &Command, world: &World) -> Outcome {
        let Some(sent) = self.translate(command, world).await else {
            return Outcome::Nothing;
        };
        if let Command::Twisted { .. } = command {
            return self.run(&twisted(sent)).await;
        }
        let outcome = self.run(&sent).await;
        if outcome == Outcome::Done && command.carries_an_id() {
            if let Sent::Place(order) = &sent {
                self.orders.push(order.id);
            }
            self.sent.push(sent);
        }
        outcome
    }

    async fn translate(&self, command: &Command, world: &World) -> Option<Sent> {
        let order = |n: &usize| world.nth(*n).map(|n| (n, self.orders[n]));
        let share = |n: usize, share: i64| Decimal::new(world.orders[n].total() * share / 100, 2);
        Some(match command {
            Command::Adjust { variant, place, by } => {
                let by = i32::try_from(*by).unwrap();
                let line = AdjustLine::available(self.variants[*variant], by).at(PLACES[*place]);
                Sent::Adjust(Adjust::new(vec![line]))
            }
            Command::Place {
                lines,
                from,
                discount,
                shipping,
            } => Sent::Place(self.order(lines, *from, *discount, *shipping)),
            Command::Confirm { order: n } => Sent::Confirm(order(n)?.1),
            Command::Complete { order: n } => Sent::Complete(order(n)?.1),
            Command::Cancel { order: n } => Sent::Cancel(order(n)?.1),
            Command::Pay { order: n, share: s } => {
                let (n, id) = order(n)?;
                Sent::Pay(PayOrder::new(id, share(n, *s)))
            }
            Command::FulfilAll { order: n } => Sent::Fulfil(FulfilOrder::all(order(n)?.1)),
            Command::Fulfil {
                order: n,
                line,
                quantity,
            } => {
                let id = order(n)?.1;
                let lines = self.lines(id).await;
                let line = FulfilLine {
                    line: lines[line % lines.len()].id,
                    quantity: u32::try_from(*quantity).unwrap(),
                };
                Sent::Fulfil(FulfilOrder::new(id, vec![line]))
            }
            Command::RefundLines { order: n, lines } => {
                let id = order(n)?.1;
                let items = self.lines(id).await;
                let lines = lines.iter().map(|(line, quantity, fate)| RefundLine {
                    line: items[line % items.len()].id,
                    quantity: u32::try_from(*quantity).unwrap(),
                    goods: match fate {
                        Fate::Restocked => Goods::Restocked(None),
                        Fate::Lost => Goods::NotRestocked,
                        Fate::Unsent => Goods::Unsent,
                    },
                });
                Sent::Refund(RefundOrder::lines(id, lines.collect()))
            }
            Command::RefundAmount { order: n, share: s } => {
                let (n, id) = order(n)?;
                Sent::Refund(RefundOrder::amount(id, share(n, *s)))
            }
            Command::Again { which } | Command::Twisted { which } => {
                self.sent[which.checked_rem(self.sent.len())?].clone()
            }
        })
    }

    fn order(&self, lines: &[(usize, i64)], from: From, discount: i64, shipping: i64) -> PlaceOrder {
        let lines = lines.iter().map(|(variant, quantity)| OrderLine {
            stock: match from {
                From::Place(place) => LineStock::At(PLACES[place].into()),
                From::Anywhere => LineStock::Preferred,
                From::NoStock => LineStock::Untracked,
            },
            ..OrderLine::new(self.variants[*variant], u32::try_from(*quantity).unwrap())
        });
        PlaceOrder {
            locations: PLACES.map(String::from).to_vec(),
            discount: Decimal::new(discount, 2),
            shipping: Decimal::new(shipping, 2),
            ..PlaceOrder::new(lines.collect())
        }
    }

    /// The lines of an order as the model numbers them.
    async fn lines(&self, id: OrderId) -> Vec<order_items::Model> {
        let mut lines = orders::get(&self.db, id).await.unwrap().items;
        lines.sort_by_key(|line| {
            let place = line
                .location
                .as_deref()
                .map(|at| PLACES.iter().position(|place| *place == at));
            (self.variant(line.product_variant_id.unwrap()), place)
        });
        lines
    }

    async fn run(&self, sent: &Sent) -> Outcome {
        let db = &self.db;
        match sent.clone() {
            Sent::Adjust(command) => done(inventory::adjust(db, command).await, |error| match error {
                StockError::Short { shortages } => Outcome::Short(
                    shortages
                        .iter()
                        .map(|short| self.variant(short.variant))
                        .collect(),
                ),
                StockError::Conflict(_) => Outcome::Refused("conflict"),
                error => panic!("{error:?}"),
            }),
            Sent::Place(command) => done(orders::place(db, command).await, |error| match error {
                PlaceError::Short { short } => {
                    Outcome::Short(short.iter().map(|short| self.variant(short.variant)).collect())
                }
                PlaceError::Discount { .. } => Outcome::Refused("discount"),
                PlaceError::Conflict(_) => Outcome::Refused("conflict"),
                error => panic!("{error:?}"),
            }),
            Sent::Confirm(id) => done(orders::confirm(db, ConfirmOrder { id }).await, of_status),
            Sent::Complete(id) => done(orders::complete(db, CompleteOrder { id }).await, of_status),
            Sent::Cancel(id) => done(
                orders::cancel(db, CancelOrder { id }).await,
                |error| match error {
                    CancelError::IllegalMove { .. } => Outcome::Refused("illegal move"),
                    CancelError::Sent { .. } => Outcome::Refused("sent"),
                    error => panic!("{error:?}"),
                },
            ),
            Sent::Pay(command) => done(orders::pay(db, command).await, |error| match error {
                PayError::Invalid(_) => Outcome::Refused("invalid"),
                PayError::Cancelled => Outcome::Refused("cancelled"),
                PayError::TooMuch { .. } => Outcome::Refused("too much"),
                PayError::Conflict(_) => Outcome::Refused("conflict"),
                error => panic!("{error:?}"),
            }),
            Sent::Fulfil(command) => done(orders::fulfil(db, command).await, |error| match error {
                FulfilError::NotConfirmed { .. } => Outcome::Refused("not confirmed"),
                FulfilError::TooMany { .. } => Outcome::Refused("too many"),
                FulfilError::NothingOpen => Outcome::Refused("nothing open"),
                FulfilError::Conflict(_) => Outcome::Refused("conflict"),
                error => panic!("{error:?}"),
            }),
            Sent::Refund(command) => done(orders::refund(db, command).await, |error| match error {
                RefundError::Invalid(_) => Outcome::Refused("invalid"),
                RefundError::TooMany { .. } => Outcome::Refused("too many"),
                RefundError::TooMuch { .. } => Outcome::Refused("too much"),
                RefundError::NothingToRefund => Outcome::Refused("nothing to refund"),
                RefundError::Conflict(_) => Outcome::Refused("conflict"),
                error => panic!("{error:?}"),
            }),
        }
    }
}

fn done<T, E>(outcome: Result<T, E>, refused: impl FnOnce(E) -> Outcome) -> Outcome {
    outcome.map_or_else(refused, |_| Outcome::Done)
}

fn of_status(error: StatusError) -> Outcome {
    match error {
        StatusError::IllegalMove { .. } => Outcome::Refused("illegal move"),
        StatusError::Unfinished { .. } => Outcome::Refused("unfinished"),
        error => panic!("{error:?}"),
    }
}

/// The same id with other content.
fn twisted(sent: Sent) -> Sent {
    match sent {
        Sent::Adjust(mut command) => {
            command.lines[0].available += 1;
            Sent::Adjust(command)
        }
        Sent::Place(mut command) => {
            command.lines[0].quantity += 1;
            Sent::Place(command)
        }
        Sent::Pay(mut command) => {
            command.amount += Decimal::new(1, 2);
            Sent::Pay(command)
        }
        Sent::Fulfil(mut command) => {
            command.lines.push(FulfilLine {
                line: entity::OrderItemId::new(),
                quantity: 1,
            });
            Sent::Fulfil(command)
        }
        Sent::Refund(mut command) => {
            command.amount = Some(command.amount.unwrap_or_default() + Decimal::ONE);
            Sent::Refund(command)
        }
        sent @ (Sent::Confirm(_) | Sent::Complete(_) | Sent::Cancel(_)) => sent,
    }
}
