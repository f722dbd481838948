select
    card_number,
    customer_id,
    lower(holder_mail) as holder_email,
    tier,
    issued as issued_on
from {{ source('loyalty', 'cards') }}
