select
    id as employee_id,
    name as full_name,
    role as job_title,
    reports_to as manager_id,
    store_id,
    hired as hired_on
from {{ source('pos', 'employees') }}
