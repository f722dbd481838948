with first_orders as (
    select customer_id, min(ordered_at) as first_ordered_at
    from {{ ref('stg_orders') }}
    where order_status <> 'void'
    group by customer_id
)

select
    customers.customer_id,
    customers.full_name,
    customers.email,
    customers.home_store_id,
    customers.marketing_consent,
    first_orders.first_ordered_at
from {{ ref('stg_customers') }} as customers
left join first_orders using (customer_id)
