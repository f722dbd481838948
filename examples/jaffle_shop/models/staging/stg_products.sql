select
    sku as product_id,
    title as product_name,
    kind as category,
    {{ euros('price_cents') }} as list_price,
    vegan as is_vegan
from {{ source('pos', 'products') }}
