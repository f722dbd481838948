-- What the till system and the loyalty service would have loaded into the warehouse before dbt runs.
-- Run by build.py with the folder of this file as the working folder's `raw/`.
create schema raw;
create schema loyalty;

create table raw.stores (id integer, name varchar, region varchar, opened date, seats integer);
create table raw.employees (id integer, name varchar, role varchar, reports_to integer, store_id integer, hired date);
create table raw.customers (
    id integer, name varchar, mail varchar, signed_up date, home_store integer, opted_in boolean
);
create table raw.products (sku varchar, title varchar, kind varchar, price_cents integer, vegan boolean);
create table raw.orders (
    id integer, customer_id integer, store_id integer, status varchar,
    ordered_at timestamp, ready_at timestamp, served_by integer
);
create table raw.order_lines (
    order_id integer, line_no integer, sku varchar, quantity integer, unit_price_cents integer
);
create table raw.payments (
    id integer, order_id integer, method varchar, amount_cents integer, taken_by varchar, paid_at timestamp
);
create table raw.applied_promotions (
    order_id integer, line_no integer, promotion_code varchar, discount_cents integer
);
create table raw.refunds (
    id integer, order_id integer, line_no integer, reason varchar,
    amount_cents integer, refunded_by integer, refunded_at timestamp
);
create table loyalty.cards (card_number varchar, customer_id integer, holder_mail varchar, tier varchar, issued date);

copy raw.stores from 'raw/stores.csv' (header);
copy raw.employees from 'raw/employees.csv' (header);
copy raw.customers from 'raw/customers.csv' (header);
copy raw.products from 'raw/products.csv' (header);
copy raw.orders from 'raw/orders.csv' (header);
copy raw.order_lines from 'raw/order_lines.csv' (header);
copy raw.payments from 'raw/payments.csv' (header);
copy raw.applied_promotions from 'raw/applied_promotions.csv' (header);
copy raw.refunds from 'raw/refunds.csv' (header);
copy loyalty.cards from 'raw/cards.csv' (header);
