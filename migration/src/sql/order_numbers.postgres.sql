-- Numbers for orders that bring none. A sequence makes nobody wait for anybody, and leaves a gap where an order was rolled back.
CREATE SEQUENCE order_numbers START WITH 1001 OWNED BY orders.order_number
