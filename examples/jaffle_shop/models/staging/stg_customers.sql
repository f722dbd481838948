select
    id as customer_id,
    name as full_name,
    lower(mail) as email,
    signed_up as signed_up_on,
    home_store as home_store_id,
    opted_in as marketing_consent
from {{ source('pos', 'customers') }}
