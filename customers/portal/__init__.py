"""The customers' portal: frame, log-in, first pages, and what makes it look like its programme.

    frame      finding the store and the customer of a page
    session    which customer a browser session stands for
    entrance   log in, log out, language
    pages      home, card, history, me
    look       colours, icon, web manifest

Pages are composed in `templates/portal/` from the template tags that each app offers.
"""
