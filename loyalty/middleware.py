def trailing_slash(get_response):
    return get_response
