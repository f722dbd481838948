-- Nobody leaves without paying, as far as the till knows.
select orders.order_id
from {{ ref('orders') }} as orders
left join {{ ref('payments') }} as payments using (order_id)
where orders.order_status = 'served' and payments.payment_id is null
